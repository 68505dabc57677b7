package lockbox

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"google.golang.org/genproto/googleapis/rpc/code"
	"google.golang.org/grpc/codes"

	"rekey/shared/keyring"
)

// TestDocumentation holds the list of docs/lockbox.md against the one that
// translates.
func TestDocumentation(t *testing.T) {
	var b strings.Builder
	for _, c := range []codes.Code{codes.PermissionDenied, codes.NotFound, codes.InvalidArgument,
		codes.FailedPrecondition,
		codes.Unauthenticated, codes.ResourceExhausted, codes.DeadlineExceeded} {
		row(&b, code.Code(c).String(), answers[c])
	}
	for c, a := range answers {
		if !strings.Contains(b.String(), code.Code(c).String()) && a.sentinel != keyring.ErrUnavailable {
			t.Errorf("%v stands in no row", c)
		}
	}
	row(&b, "any other", answer{sentinel: keyring.ErrUnavailable})
	doc, err := os.ReadFile("../../../docs/lockbox.md")
	if err != nil {
		t.Fatal(err)
	}
	if want := "<!-- answers: begin -->\n" + b.String() + "<!-- answers: end -->"; !strings.Contains(string(doc),
		want) {
		t.Errorf("docs/lockbox.md has not this list:\n%s", want)
	}
}

func row(b *strings.Builder, name string, a answer) {
	text, seen := a.sentinel.Error(), "assumed"
	if a.sentinel == keyring.ErrNoKey {
		text += "; " + keyring.ErrNoVersion.Error() + ", if one was asked for"
	}
	if a.proven {
		seen = "proven"
	}
	fmt.Fprintf(b, "- %s: %s (%s)\n", name, text, seen)
}
