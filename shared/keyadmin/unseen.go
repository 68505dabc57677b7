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
	ID   key.ID
	Name string
	Err  error
}

// Add notes what could not be seen, if there is an error.
func (u *Unseen) Add(id key.ID, name string, err error) {
	if err != nil {
		u.What = append(u.What, Missed{id, name, err})
	}
}

// OrNil is u as an error, nil if all was seen.
func (u *Unseen) OrNil() error {
	if len(u.What) == 0 {
		return nil
	}
	return u
}

// mostNamed is how many an Error names.
const mostNamed = 5

func (u *Unseen) Error() string {
	var all []string
	for _, m := range u.What[:min(len(u.What), mostNamed)] {
		all = append(all, m.String())
	}
	if more := len(u.What) - mostNamed; more > 0 {
		all = append(all, fmt.Sprintf("and %d more", more))
	}
	return ErrUnseen.Error() + ": " + strings.Join(all, "; ")
}

// String is what is missed, and why.
func (m Missed) String() string {
	switch {
	case m.ID == "":
		return m.Err.Error()
	case m.Name == "":
		return fmt.Sprintf("key %s: %v", m.ID, m.Err)
	}
	return fmt.Sprintf("key %s (%q): %v", m.ID, m.Name, m.Err)
}

// Unwrap says that it is ErrUnseen, and nothing of the causes: a role that is
// missing for one key does not make all of it a denial.
func (u *Unseen) Unwrap() error { return ErrUnseen }
