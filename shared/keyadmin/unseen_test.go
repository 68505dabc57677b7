package keyadmin_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"rekey/shared/key"
	"rekey/shared/keyadmin"
)

// TestUnseenCauses: each cause is said once, whatever it hides.
func TestUnseenCauses(t *testing.T) {
	var u keyadmin.Unseen
	for i := range 7 {
		u.What = append(u.What, keyadmin.Missed{ID: "k1", Name: "orders", Version: key.VersionID(fmt.Sprint("v", i)),
			Err: errors.New("no answer")})
	}
	u.Add("k2", "", errors.New("denied"))
	u.Add("", "", errors.New("the first 9 are known"))
	want := `not everything could be seen: key k1 ("orders"), version v0, key k1 ("orders"), version v1, key k1 ` +
		`("orders"), version v2, ` +
		`key k1 ("orders"), version v3, key k1 ("orders"), version v4 and 2 more: no answer; key k2: denied; the ` +
		`first 9 are known`
	if got := u.Error(); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	for i := range 9 {
		u.Add("k3", "", fmt.Errorf("cause %d", i))
	}
	if got := u.Error(); !strings.HasSuffix(got, "cause 1; and 7 other errors") {
		t.Errorf("got %s", got)
	}
}
