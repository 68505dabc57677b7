package keyadmin

import (
	"errors"
	"fmt"
	"strings"

	"rekey/shared/key"
)

// ErrUnseen: what was found is not all that there is. What could not be seen is
// an Unseen.
var ErrUnseen = errors.New("not everything could be seen")

// Unseen is what a look at many keys could not see. The rest was seen, and is
// returned with it.
type Unseen struct{ What []Missed }

// Missed is one thing that could not be seen: a key, or, without an ID, more.
type Missed struct {
	ID      key.ID
	Name    string
	Version key.VersionID // empty if it is all of the key
	Err     error
}

// Add notes what could not be seen, if there is an error.
func (u *Unseen) Add(id key.ID, name string, err error) {
	if err != nil {
		u.What = append(u.What, Missed{ID: id, Name: name, Err: err})
	}
}

// OrNil is u as an error, nil if all was seen.
func (u *Unseen) OrNil() error {
	if len(u.What) == 0 {
		return nil
	}
	return u
}

// mostNamed is how many an Error names for one cause.
const mostNamed = 5

// Error says each cause once.
func (u *Unseen) Error() string {
	var causes []string
	of := map[string][]string{}
	for _, m := range u.What {
		cause := m.Err.Error()
		if of[cause] == nil {
			causes = append(causes, cause)
		}
		of[cause] = append(of[cause], m.about())
	}
	all := []string{}
	for _, cause := range causes[:min(len(causes), mostNamed)] {
		all = append(all, shortened(of[cause])+cause)
	}
	if more := len(causes) - mostNamed; more > 0 {
		all = append(all, fmt.Sprintf("and %d other errors", more))
	}
	return ErrUnseen.Error() + ": " + strings.Join(all, "; ")
}

// shortened names the first few.
func shortened(names []string) string {
	if names[0] == "" {
		return ""
	}
	text := strings.Join(names[:min(len(names), mostNamed)], ", ")
	if more := len(names) - mostNamed; more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text + ": "
}

// about is what is missed; empty if it is more than a key.
func (m Missed) about() string {
	if m.ID == "" {
		return ""
	}
	text := "key " + string(m.ID)
	if m.Name != "" {
		text += fmt.Sprintf(" (%q)", m.Name)
	}
	if m.Version != "" {
		text += ", version " + string(m.Version)
	}
	return text
}

// Unwrap says that it is ErrUnseen, and nothing of the causes: a role that is
// missing for one key does not make all of it a denial.
func (u *Unseen) Unwrap() error { return ErrUnseen }
