package manage_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"rekey/shared/api"
	"rekey/shared/key"
	"rekey/shared/keyadmin"
	"rekey/shared/manage"
	"rekey/shared/pipeline"
)

// listing is a Lister of n keys, in another order than their ids'.
func listing(n int, asked *int) manage.Lister {
	return func(context.Context) ([]*keyadmin.Key, error) {
		*asked++
		var keys []*keyadmin.Key
		for i := n; i > 0; i-- {
			keys = append(keys, &keyadmin.Key{ID: key.ID(fmt.Sprintf("k%04d", i)), FolderID: fmt.Sprint("f", i%2)})
		}
		return keys, nil
	}
}

// TestPages: every key is on one page, in any size of pages.
func TestPages(t *testing.T) {
	for _, n := range []int{0, 1, 99, 100, 101, 250} {
		for size, per := range map[int64]int{0: 100, 1: 1, 7: 7, 100: 100, 1000: 1000} {
			asked := 0
			s := manage.New(listing(n, &asked), pipeline.Owner)
			got, token := 0, ""
			for {
				r, err := s.ListKeys(context.Background(), api.Own(),
					&api.ListKeysRequest{PageSize: size, PageToken: token})
				if err != nil || len(r.Keys) > per {
					t.Fatalf("%d keys by %d: %d, %v", n, size, len(r.Keys), err)
				}
				for _, k := range r.Keys {
					if got++; k.ID != key.ID(fmt.Sprintf("k%04d", got)) {
						t.Fatalf("%d keys by %d: number %d is %s", n, size, got, k.ID)
					}
				}
				if token = r.NextPageToken; token == "" {
					break
				}
			}
			if got != n || asked > 2 {
				t.Errorf("%d keys by %d: got %d, the store was asked %d times", n, size, got, asked)
			}
		}
	}
}

// TestFolder: a folder's keys only, and those that are in none.
func TestFolder(t *testing.T) {
	s := manage.New(listing(10, new(int)), pipeline.Owner)
	r, err := s.ListKeys(context.Background(), api.Own(), &api.ListKeysRequest{FolderID: "f1"})
	if err != nil || len(r.Keys) != 5 {
		t.Errorf("%v, %v", r, err)
	}
}

// TestGetKey: what is not listed is not there.
func TestGetKey(t *testing.T) {
	s := manage.New(listing(10, new(int)), pipeline.Owner)
	k, err := s.GetKey(context.Background(), api.Own(), &api.GetKeyRequest{KeyID: "k0007"})
	if err != nil || k.ID != "k0007" {
		t.Errorf("%v, %v", k, err)
	}
	for id, code := range map[key.ID]api.Code{"k0011": api.NotFound, "": api.InvalidArgument,
		"k 1": api.InvalidArgument} {
		if _, err := s.GetKey(context.Background(), api.Own(),
			&api.GetKeyRequest{KeyID: id}); api.AsError(err).Code != code {
			t.Errorf("%q: %v, want %v", id, err, code)
		}
	}
	if _, err := s.GetKey(context.Background(), new(api.Call),
		&api.GetKeyRequest{KeyID: "k0007"}); api.AsError(err).Code !=
		api.Unauthenticated {
		t.Errorf("a stranger: %v", err)
	}
}

// TestNeeds: which permission each method asks for.
func TestNeeds(t *testing.T) {
	for refused, denied := range map[api.Need][2]bool{
		{Operation: api.ListKeys}:                             {true, false},
		{Field: "keyId", Key: "k0001", Operation: api.GetKey}: {false, true},
	} {
		s := manage.New(listing(1, new(int)), &pipeline.Pipeline{Authorizer: refuse(refused),
			Limiter: pipeline.Unlimited{}, Recorder: pipeline.Unrecorded{}})
		_, list := s.ListKeys(context.Background(), api.Own(), new(api.ListKeysRequest))
		_, get := s.GetKey(context.Background(), api.Own(), &api.GetKeyRequest{KeyID: "k0001"})
		if (list != nil) != denied[0] || (get != nil) != denied[1] {
			t.Errorf("without %+v: %v, %v", refused, list, get)
		}
	}
}

type refuse api.Need

func (r refuse) Authorize(_ context.Context, _ *api.Call, n api.Need) error {
	if n == api.Need(r) {
		return api.Errorf(api.PermissionDenied, "not allowed")
	}
	return nil
}

// TestFaults: what a store says.
func TestFaults(t *testing.T) {
	for err, code := range map[error]api.Code{
		manage.ErrUnable:           api.Unimplemented,
		keyadmin.ErrUnavailable:    api.Unavailable,
		errors.New("disk on fire"): api.Unavailable,
	} {
		asked := 0
		s := manage.New(func(context.Context) ([]*keyadmin.Key, error) { asked++; return nil, err }, pipeline.Owner)
		for range 3 {
			if _, got := s.ListKeys(context.Background(), api.Own(),
				new(api.ListKeysRequest)); api.AsError(got).Code != code {
				t.Errorf("%v: %v, want %v", err, got, code)
			}
		}
		if asked > 2 {
			t.Errorf("%v: the store was asked %d times", err, asked)
		}
	}
}

// TestLeaving: who leaves does not wait for a store that hangs, and who was the
// first to ask may leave: the look goes on for the others.
func TestLeaving(t *testing.T) {
	looking, goOn := make(chan struct{}, 2), make(chan struct{})
	s := manage.New(func(ctx context.Context) ([]*keyadmin.Key, error) {
		looking <- struct{}{}
		<-goOn
		if _, limited := ctx.Deadline(); !limited {
			t.Error("a look has no limit")
		}
		return []*keyadmin.Key{{ID: "one"}}, ctx.Err()
	}, pipeline.Owner)
	list := func(ctx context.Context) (*api.ListKeysResponse, error) {
		return s.ListKeys(ctx, api.Own(), new(api.ListKeysRequest))
	}
	first, leave := context.WithCancel(context.Background())
	done := make(chan error)
	go func() {
		_, err := list(first)
		done <- err
	}()
	<-looking
	leave()
	gone, cancel := context.WithCancel(context.Background())
	go func() {
		_, err := list(gone)
		done <- err
	}()
	cancel()
	if err := <-done; api.AsError(err).Code != api.Canceled {
		t.Errorf("who left: %v", err)
	}
	close(goOn)
	if err := <-done; err != nil {
		t.Error(err)
	}
	if r, err := list(context.Background()); err != nil || len(r.Keys) != 1 {
		t.Errorf("who came next: %v, %v", r, err)
	}
}
