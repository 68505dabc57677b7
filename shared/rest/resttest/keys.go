package resttest

import (
	"slices"
	"testing"
)

const collection = "/kms/v1/keys"

// testHidden: functions have no keys to show, whatever the method.
func testHidden(s *suite, t *testing.T) {
	if s.Shows {
		t.Skip("the target shows its keys")
	}
	for _, path := range []string{collection, prefix + "$K"} {
		t.Run(path, func(t *testing.T) {
			if a := s.send(t, s.Client, "GET", path, ""); s.OnlyKeys || s.OnlyPOST {
				a.wantGateway(t)
			} else {
				s.note(a)
				a.wantRefused(t, 404, notFound, noSuchPath)
			}
		})
	}
}

// testKeys: a server shows one key, and pages of all.
func testKeys(s *suite, t *testing.T) {
	if !s.Shows {
		t.Skip("the target shows no key")
	}
	get := func(t *testing.T, path string) answer {
		t.Helper()
		a := s.send(t, s.Client, "GET", path, "")
		s.note(a)
		return a
	}
	for _, id := range []string{s.First, s.Second} {
		t.Run(id, func(t *testing.T) {
			a := get(t, prefix+id)
			a.wantOK(t)
			a.wantText(t, "id", id)
			a.wantText(t, "status", "ACTIVE")
			if again := get(t, prefix+id+"?keyId="+id); again.body != a.body {
				t.Errorf("%v, want %v", again, a)
			}
		})
	}
	t.Run("pages", func(t *testing.T) {
		for _, names := range [][2]string{{"pageSize", "pageToken"}, {"page_size", "page_token"}} {
			var ids []string
			for token := ""; ; {
				a := get(t, collection+"?"+names[0]+"=1&folderId=&"+names[1]+"="+token)
				if a.wantOK(t); t.Failed() {
					return
				}
				keys, _ := a.fields["keys"].([]any)
				before := token
				if token = a.text("nextPageToken"); token != "" && (len(keys) != 1 || token == before) {
					t.Fatalf("%v, want one key and another token", a)
				}
				for _, k := range keys {
					id, _ := k.(map[string]any)["id"].(string)
					ids = append(ids, id)
				}
				if token == "" {
					break
				}
			}
			if !slices.IsSorted(ids) || !slices.Contains(ids, s.First) || !slices.Contains(ids, s.Second) {
				t.Errorf("the keys are %q, want them in their order, with %s and %s", ids, s.First, s.Second)
			}
		}
	})
	t.Run("folder", func(t *testing.T) { get(t, collection+"?folderId=other&page_size=&pageToken=").wantOK(t) })
	for _, row := range []struct {
		name, path   string
		status, code int
		message      string
	}{
		{"a page too large", "?pageSize=1001", 400, invalidArgument, "pageSize: is 1001: want 0 to 1000"},
		{"a page of -1", "?pageSize=-1", 400, invalidArgument, "pageSize: is -1: want 0 to 1000"},
		{"no number", "?pageSize=x", 400, invalidArgument, "pageSize: is not a whole number"},
		{"another case", "?pagesize=1", 400, invalidArgument, `"pagesize": unknown field: did you mean pageSize? ...`},
		{"unknown", "?keyId=$K", 400, invalidArgument,
			`"keyId": unknown field: the fields are folderId, pageSize and pageToken`},
		{"duplicate", "?pageSize=1&page_size=1", 400, invalidArgument, "pageSize: duplicate field"},
		{"twice", "?pageToken=a&pageToken=a", 400, invalidArgument, "pageToken: duplicate field"},
		{"no such key", "/$N", 404, notFound, "no key $N"},
		{"no key id", "/", 404, notFound, noSuchPath},
		{"a bad key id", "/a%20b", 400, invalidArgument, "keyId: has a character outside [A-Za-z0-9._-] at position 2"},
		{"different keys", "/$K?keyId=$S", 400, invalidArgument, "keyId: path, query and body name different keys"},
		{"a field of a list", "/$K?pageSize=1", 400, invalidArgument, `"pageSize": unknown field: ...`},
		{"forbidden", "/$F", 403, permissionDenied, "..."},
	} {
		t.Run(row.name, func(t *testing.T) {
			if row.name == "forbidden" && len(s.Forbidden) == 0 {
				t.Skip("the target forbids no key")
			}
			get(t, collection+row.path).wantRefused(t, row.status, row.code, s.fill(row.message))
		})
	}
}
