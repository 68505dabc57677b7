// Package identity turns what came with a request to show who calls into a
// principal: the one place that decides whom to believe, for events and HTTP
// alike.
package identity

import (
	"context"

	"rekey/shared/api"
)

// Proof is all that a face knows of who calls. A face fills in what it has and
// judges nothing.
type Proof struct {
	// Caller is who the platform of a function says is calling; empty if it
	// does not say.
	Caller string
}

// Mode is which proof is believed (REKEY_AUTH). The zero value believes none.
type Mode string

// The modes.
const (
	None     Mode = "none"     // nobody is asked: everybody is let in
	Platform Mode = "platform" // anyone the platform lets in, under the name it gives
)

// An Authenticator finds out who calls. Nobody, the zero value, is who proved
// nothing; an error is an *api.Error.
type Authenticator func(context.Context, Proof) (api.Principal, error)

// Authenticator is that of the mode.
func (m Mode) Authenticator() Authenticator {
	return func(_ context.Context, p Proof) (api.Principal, error) {
		switch m {
		case None:
			return api.Anonymous, nil
		case Platform:
			return api.Principal{Subject: p.Caller, By: string(m)}, nil
		}
		return api.Principal{}, nil
	}
}
