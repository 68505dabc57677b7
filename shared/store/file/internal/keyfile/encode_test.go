package keyfile

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"rekey/shared/key"
)

func TestRoundTrip(t *testing.T) {
	for _, r := range []*Keyring{{Generation: 1}, sample()} {
		data := mustEncode(t, r)
		got, err := Decode(data)
		if err != nil {
			t.Fatalf("Decode: %v\n%s", err, data)
		}
		if !reflect.DeepEqual(got, r) {
			t.Errorf("decoded\n%#v\nwant\n%#v", got, r)
		}
		if again := mustEncode(t, got); !bytes.Equal(again, data) {
			t.Errorf("encoded again\n%s\nwant\n%s", again, data)
		}
	}
}

// TestBytes pins the format: every later version must read this file.
func TestBytes(t *testing.T) {
	const want = `{
  "format": 1,
  "generation": 7,
  "keys": [
    {
      "id": "k1",
      "name": "orders",
      "status": "ACTIVE",
      "createdAt": "2025-03-01T09:00:00Z",
      "rotatedAt": "2025-03-01T09:00:00.001Z",
      "defaultAlgorithm": "AES_256",
      "primaryVersionId": "v2",
      "versions": [
        {
          "id": "v1",
          "algorithm": "AES_256",
          "status": "DESTROYED",
          "createdAt": "2025-03-01T09:00:00Z",
          "destroyAt": "2025-03-01T10:00:00Z",
          "primaryUntil": "2025-03-01T09:00:00.001Z",
          "fingerprint": "a0e9f7c31bd61c6d"
        },
        {
          "id": "v2",
          "algorithm": "AES_128",
          "status": "ACTIVE",
          "createdAt": "2025-03-01T09:00:00.001Z",
          "material": "28G0yQD/5I1XW12lxjgEASX2XbD+PiRJS3bqmGRX2YY=",
          "fingerprint": "a0e61e6b85b75254"
        }
      ]
    }
  ],
  "tombstones": [
    {
      "id": "k0",
      "versions": [
        "v1"
      ],
      "deletedAt": "2025-03-01T09:00:00Z"
    }
  ],
  "sha256": "08db79b862910753034d534f2ce7dd1772ebfeffa90935e98d68f0c3053ef95f"
}
`
	moment := day.Add(time.Millisecond)
	v1 := &Version{ID: "v1", Algorithm: key.AES256, Status: key.VersionDestroyed, CreatedAt: day,
		DestroyAt: day.Add(time.Hour), PrimaryUntil: moment, Fingerprint: "a0e9f7c31bd61c6d"}
	v2 := &Version{ID: "v2", Algorithm: key.AES128, Status: key.VersionActive, CreatedAt: moment,
		Material: material(2), Fingerprint: Fingerprint(material(2))}
	r := &Keyring{Generation: 7,
		Keys: []*Key{{ID: "k1", Name: "orders", Status: key.Active, CreatedAt: day, RotatedAt: moment,
			DefaultAlgorithm: key.AES256, Primary: "v2", Versions: []*Version{v1, v2}}},
		Tombstones: []Tombstone{{ID: "k0", Versions: []key.VersionID{"v1"}, DeletedAt: day}}}
	if got := string(mustEncode(t, r)); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if got, err := Decode([]byte(want)); err != nil || !reflect.DeepEqual(got, r) {
		t.Errorf("Decode = %v, %v", got, err)
	}
}

// TestEveryByte changes every byte of a file in several ways.
func TestEveryByte(t *testing.T) {
	data := mustEncode(t, sample())
	for i := range data {
		for _, b := range []byte{data[i] ^ 1, data[i] ^ 0x20, data[i] ^ 0x80, ' ', '\n', '0', 0} {
			if b == data[i] {
				continue
			}
			changed := bytes.Clone(data)
			changed[i] = b
			if r, err := Decode(changed); err == nil || r != nil {
				t.Fatalf("byte %d of %d changed from %q to %q: not refused", i, len(data), data[i], b)
			} else {
				checkSecret(t, err)
			}
		}
	}
}

// TestLength removes the end, the beginning, and each byte; and adds some.
func TestLength(t *testing.T) {
	data := mustEncode(t, sample())
	refuse := func(what string, i int, changed []byte) {
		t.Helper()
		if _, err := Decode(changed); err == nil {
			t.Fatalf("%s %d: not refused", what, i)
		} else if errors.Is(err, ErrAltered) == strings.Contains(err.Error(), "restore it from a backup") {
			t.Fatalf("%s %d: no remedy in %q", what, i, err)
		}
	}
	for i := range data[:len(data)-1] { // the last line break may be missing
		refuse("cut at", i, data[:i])
		refuse("without byte", i, append(bytes.Clone(data[:i]), data[i+1:]...))
		refuse("a space at", i, append(append(bytes.Clone(data[:i]), ' '), data[i:]...))
		if i > 0 {
			refuse("from", i, data[i:])
		}
	}
	for _, more := range []string{" ", "{}", "\x00", "x"} {
		refuse("appended", len(more), append(bytes.Clone(data), more...))
	}
}

// resum gives a changed document a sum that fits.
func resum(data []byte) []byte {
	data = bytes.Clone(data)
	end := len(data) - tailLen
	hex.Encode(data[end-sumLen:end], sum(data[:end-sumLen]))
	return data
}

// TestMeaning changes the document together with its sum.
func TestMeaning(t *testing.T) {
	data := mustEncode(t, sample())
	if _, err := Decode(resum(data)); err != nil {
		t.Fatalf("the right sum is refused: %v", err)
	}
	material1 := fmt.Sprintf("%q", "28G0yQD/5I1XW12lxjgEASX2XbD+PiRJS3bqmGRX2YY=")
	for _, test := range []struct{ old, new, want string }{
		{`"format": 1`, `"format": 2`, "newer rekey"},
		{`"format": 1`, `"format": 0`, "its format is unknown"},
		{`"format": 1`, `"format": -1`, "its format is unknown"},
		{`"format": 1`, `"format": "1"`, "damaged"},
		{`"format": 1`, `"Format": 1`, "format"},
		{`"format": 1,`, `"format": 1, "format": 1,`, "damaged"},
		{`"format": 1,`, ``, "format"},
		{`"format": 1,`, `"format": 1, "extra": 1,`, "extra"},
		{`"generation": 1152921504606846976`, `"generation": 0`, "generation"},
		{`"generation": 1152921504606846976`, `"generation": -1`, "generation"},
		{`"generation": 1152921504606846976`, `"generation": 18446744073709551616`, "generation"},
		{`"id": "k2"`, `"id": "k1"`, "twice"},
		{`"id": "k2"`, `"id": "k0"`, "twice"},
		{`"id": "k2"`, `"id": "a/b"`, "id has a character"},
		{`"id": "k2"`, `"id": ""`, "id is required"},
		{`"id": "k2"`, `"ID": "k2"`, "unknown member"},
		{`"name": "заказы <&>"`, `"name": "k2"`, "name of key k1"},
		{`"name": "заказы <&>"`, `"name": "k1"`, "name of key k1"},
		{`"name": "заказы <&>"`, `"name": "k0"`, "name of key k1"},
		{`"status": "INACTIVE"`, `"status": "INACTIVE", "name": "заказы <&>"`, "name of key"},
		{`"status": "INACTIVE"`, `"status": "ACTIVE"`, "not INACTIVE"},
		{`"status": "INACTIVE"`, `"status": "Inactive"`, "status"},
		{`"primaryVersionId": "v3"`, `"primaryVersionId": "v9"`, "primary"},
		{`"primaryVersionId": "v3"`, `"primaryVersionId": ""`, "primary"},
		{`"id": "v2"`, `"id": "v1"`, "twice"},
		{`"id": "v2"`, `"id": "v 2"`, "id has a character"},
		{`"algorithm": "AES_256_HSM"`, `"algorithm": "AES_512"`, "algorithm"},
		{`"defaultAlgorithm": "AES_192"`, `"defaultAlgorithm": ""`, "algorithm"},
		{`"status": "SCHEDULED_FOR_DESTRUCTION"`, `"status": "ACTIVE"`, "destroyAt"},
		{`"status": "SCHEDULED_FOR_DESTRUCTION"`, `"status": "DESTROYED"`, "has material"},
		{`"status": "DESTROYED"`, `"status": "SCHEDULED_FOR_DESTRUCTION"`, "0 bytes"},
		{`"destroyAt": "2025-03-02T09:00:00Z",`, ``, "destroyAt"},
		{`"createdAt": "2025-03-01T09:00:00Z"`, `"createdAt": "0001-01-01T00:00:00Z"`, "createdAt"},
		{`"rotatedAt": "2025-03-01T09:00:00.001Z"`, `"rotatedAt": "1925-03-01T09:00:00Z"`, "rotatedAt"},
		{`"primaryUntil": "2025-03-01T09:00:00Z"`, `"primaryUntil": "yesterday"`, "primaryUntil"},
		{`"deletedAt": "2025-03-01T09:00:00Z"`, `"deletedAt": "0001-01-01T00:00:00Z"`, "deletedAt"},
		{material1, `"28G0yQD/5I1XW12lxjgEASX2XbD+PiRJS3bqmGRX2YA="`, "fingerprint"},
		{material1, `"28G0yQD/5I1XW12lxjgEASX2XbD+PiRJS3bqmGRX2YY"`, "material"},
		{material1, `"28G0yQD/5I1XW12lxjgEASX2XbD+PiRJS3bqmGRX"`, "30 bytes"},
		{`"fingerprint": "` + Fingerprint(material(2)), `"fingerprint": "` + Fingerprint(material(3)), "fingerprint"},
		{`"fingerprint": "` + Fingerprint(material(1)), `"fingerprint": "`, "fingerprint"},
		{"\"v1\",\n        \"v2\"", `"v1", "v1"`, "twice"},
	} {
		changed := bytes.Replace(data, []byte(test.old), []byte(test.new), 1)
		if bytes.Equal(changed, data) {
			t.Fatalf("the sample has no %s", test.old)
		}
		r, err := Decode(resum(changed))
		if err == nil || r != nil {
			t.Errorf("%s instead of %s: not refused", test.new, test.old)
			continue
		}
		if !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s instead of %s: error is %q, want %q in it", test.new, test.old, err, test.want)
		}
		checkSecret(t, err)
	}
}

func TestDecodeOther(t *testing.T) {
	for name, data := range map[string]string{
		"nothing":  "",
		"spaces":   " \n\t ",
		"zeros":    strings.Repeat("\x00", 4096),
		"null":     "null\n",
		"an array": "[]\n",
		"object":   "{}\n",
		"text":     "hello\n",
		"sum only": string(resum([]byte("{\n  \"sha256\": \"" + strings.Repeat("0", sumLen) + tail))),
	} {
		_, err := Decode([]byte(data))
		if err == nil || !strings.Contains(err.Error(), "restore it from a backup") {
			t.Errorf("%s: error is %v, want the remedy in it", name, err)
		}
	}
	newer := `{"format": 2, "keys": {}, "anything": [], "sha512": ""}`
	if _, err := Decode([]byte(newer)); err == nil || !strings.Contains(err.Error(), "newer rekey: upgrade") {
		t.Errorf("newer format: error is %v", err)
	}
	if _, err := Decode(make([]byte, MaxSize+1)); err == nil || !strings.Contains(err.Error(), "larger than") {
		t.Errorf("large file: error is %v", err)
	}
}

func TestEncodeBad(t *testing.T) {
	r := sample()
	r.Keys[0].Name = "\xff"
	if data, err := Encode(r); err == nil || data != nil {
		t.Errorf("a name that is not UTF-8 was encoded")
	}
}

func FuzzDecode(f *testing.F) {
	data, err := Encode(sample())
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > tailLen+sumLen {
			data = resum(data) // past the sum
		}
		r, err := Decode(data)
		if err != nil {
			return
		}
		again := mustEncode(t, r)
		if _, err := Decode(again); err != nil {
			t.Errorf("decoded %q, and not what it encodes to: %v", data, err)
		}
	})
}
