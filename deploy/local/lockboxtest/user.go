package lockboxtest

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// user is what NAME=ROLE[@ON] says: an account with a role, or one that loses
// all of them.
type user struct{ name, role, on string }

const noRole = "none"

var userName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,49}$`)

// parseUser reads it. A role may be spelt without its service; without ON it is
// on the folder.
func parseUser(text string) (user, error) {
	name, role, _ := strings.Cut(text, "=")
	role, on, at := strings.Cut(role, "@")
	u := user{name: name, role: "lockbox." + strings.TrimPrefix(role, "lockbox."), on: on}
	if !at {
		u.on = DefaultFolder
	}
	switch {
	case !userName.MatchString(name):
		return u, fmt.Errorf("user %.80q: want NAME=ROLE, or NAME=ROLE@ON "+
			"with the id or name of a secret, or the id of a folder", text)
	case role == noRole && !at:
		u.role = noRole
	case !slices.Contains(roles, u.role):
		return u, fmt.Errorf("user %.80q: no role is called %.60q: want %s, or %s without @",
			text, role, strings.Join(roles, ", "), noRole)
	case u.on == "":
		return u, fmt.Errorf("user %.80q: nothing is behind @: want the id or name of a secret, or the id of a folder",
			text)
	}
	return u, nil
}

// admit gives or takes roles, says so, and shows a new token.
func (p *program) admit(u user) {
	what := u.role + " of " + u.on
	if u.role == noRole {
		p.server.RevokeAll(u.name)
		what = "without a role"
	} else {
		p.server.Grant(u.name, u.role, u.on)
	}
	fmt.Fprintf(p.out, "user       %s, %q: REKEY_IAM_TOKEN=%s\n", u.name, what, p.server.Token(u.name))
}
