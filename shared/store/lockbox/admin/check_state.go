package admin

import (
	"fmt"

	"github.com/yandex-cloud/go-genproto/yandex/cloud/lockbox/v1"

	"rekey/shared/key"
	"rekey/shared/keyadmin"
)

// state looks at what Lockbox shows of a key without its payloads.
func (c *check) state(s *state) {
	id := key.ID(s.Id)
	if s.gone() {
		c.note(s, "", "it has been deleted: all its versions are destroyed",
			fmt.Sprintf("`rekey keys delete %s --now` removes what is left of it, its name", s.Id))
		return
	}
	c.Keys++
	name := keyadmin.NameForm(s.Name)
	if other, ok := c.names[name]; ok && name != "" {
		c.find(id, s.Name, "", fmt.Sprintf("key %s has the same name", other), "rename one of them")
	}
	c.names[name] = id
	switch {
	case s.deleted():
		c.note(s, "", "it is being deleted", fmt.Sprintf("`rekey keys cancel-destruction` of its versions and then "+
			"`rekey keys enable %s` take it back", s.Id))
	case s.GetStatus() == lockbox.Secret_CREATING:
		c.note(s, "", "it is still being created", fmt.Sprintf("look again: `rekey keys get %s`", s.Id))
	case s.GetStatus() != lockbox.Secret_ACTIVE && s.primaryStays() != nil:
		c.note(s, "", "it is disabled", fmt.Sprintf("give it a usable primary, then `rekey keys enable %s` enables it",
			s.Id))
	case s.GetStatus() != lockbox.Secret_ACTIVE:
		c.note(s, "", "it is disabled", fmt.Sprintf("`rekey keys enable %s` enables it", s.Id))
	}
	c.primary(s)
	c.scheduled(s)
	c.specification(s)
}

// note finds a state that somebody may have wanted.
func (c *check) note(s *state, version, problem, advice string) {
	c.find(key.ID(s.Id), s.Name, version, problem, advice)
	c.Findings[len(c.Findings)-1].State = true
}

// primary finds a key that cannot encrypt.
func (c *check) primary(s *state) {
	if s.deleted() {
		return
	}
	id := key.ID(s.Id)
	v := s.find(key.VersionID(s.GetCurrentVersion().GetId()))
	switch {
	case v == nil:
		c.find(id, s.Name, "", "it has no primary version", s.another())
	case v.GetStatus() == lockbox.Version_SCHEDULED_FOR_DESTRUCTION:
		advice := fmt.Sprintf("`rekey keys cancel-destruction %s %s` takes that back", s.Id, v.Id)
		if s.some(lockbox.Version_ACTIVE) {
			advice += ", or " + s.another()
		}
		c.find(id, s.Name, v.Id, "the primary is scheduled for destruction, "+keyadmin.Date(timeOf(v)), advice)
	case v.GetStatus() != lockbox.Version_ACTIVE:
		c.find(id, s.Name, v.Id, fmt.Sprintf("the primary is %v", v.GetStatus()), s.another())
	}
}

// another is how a key comes to another primary.
func (s *state) another() string {
	rotate, set := fmt.Sprintf("`rekey keys rotate %s`", s.Id), fmt.Sprintf("`rekey keys set-primary %s VERSION`", s.Id)
	if s.GetStatus() != lockbox.Secret_ACTIVE { // the payload of a disabled key cannot be read back
		enable := fmt.Sprintf("`rekey keys enable %s`", s.Id)
		rotate, set = enable+" and then "+rotate, set+" and then "+enable
	}
	switch {
	case len(s.versions) == 0:
		return rotate + " makes one"
	case s.some(lockbox.Version_ACTIVE) && s.GetStatus() != lockbox.Secret_ACTIVE && s.primaryStays() != nil:
		return set // it cannot be enabled as it is
	case s.some(lockbox.Version_ACTIVE):
		return rotate + ", or " + set
	case s.some(lockbox.Version_SCHEDULED_FOR_DESTRUCTION):
		return "no version is ACTIVE: `rekey keys cancel-destruction` of one first"
	}
	return fmt.Sprintf("none of its versions is left: `rekey keys delete %s --now`, and create another key", s.Id)
}

// scheduled finds what will be destroyed, besides a primary.
func (c *check) scheduled(s *state) {
	for _, v := range keyadmin.Scheduled(s.all()) {
		if s.deleted() || !v.Primary {
			c.note(s, string(v.ID), "it will be destroyed "+keyadmin.Date(v.DestroyAt),
				fmt.Sprintf("`rekey keys cancel-destruction %s %s` takes that back", s.Id, v.ID))
		}
	}
}

// specification finds a secret whose next version would not be a key, or of
// another algorithm than the last: as a rotation to another algorithm leaves it
// that was interrupted.
func (c *check) specification(s *state) {
	names := s.GetCurrentVersion().GetPayloadEntryKeys()
	next := s.GetPasswordPayloadSpecification().GetPasswordKey()
	if s.deleted() || len(names) != 1 || names[0] == next {
		return
	}
	was, made, err := algorithmOf(s.GetCurrentVersion())
	if err != nil || next == "" && !made {
		return // not a key's, or of this machine and nothing is generated
	}
	problem := fmt.Sprintf("Lockbox generates an entry %q, and the primary has %q: a version added elsewhere may "+
		"have both", next, names[0])
	if next == "" {
		problem = fmt.Sprintf("Lockbox no longer generates an entry, and the primary has the generated %q: a version "+
			"added elsewhere copies it", names[0])
	}
	advice := fmt.Sprintf("a rotation may have been interrupted: `rekey keys rotate %s --algorithm %v` makes a "+
		"version like the primary", s.Id, was)
	if will, _ := s.makes(); will != was {
		advice += fmt.Sprintf(", `rekey keys rotate %s --algorithm %v` one as was begun", s.Id, will)
	}
	c.find(key.ID(s.Id), s.Name, "", problem, advice)
}
