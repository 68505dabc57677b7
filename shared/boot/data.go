package boot

import (
	"context"
	"log/slog"
	"os"
	"sync"

	"rekey/shared/config"
	"rekey/shared/event"
	"rekey/shared/rest"
)

// instance is what one process of a function keeps between events.
var instance struct {
	mu    sync.Mutex
	face  *event.Face // nil until one could be made
	local bool        // see Local
}

// Data returns the instance's face, made from the environment at the first
// call. A failure is logged for the operator and not remembered: the next
// event tries again.
func Data(ctx context.Context) (*event.Face, error) {
	instance.mu.Lock()
	defer instance.mu.Unlock()
	if instance.face == nil {
		log := logger(instance.local)
		face, err := newFace(instance.local, log)
		if err != nil {
			log.ErrorContext(ctx, "this function cannot serve", "error", err)
			return nil, err
		}
		instance.face = face
	}
	return instance.face, nil
}

// Begin makes the face while the platform's runtime asks for the first event:
// the environment is read, and the store connected to, when the event comes.
func Begin() { go func() { _, _ = Data(context.Background()) }() }

func newFace(local bool, log *slog.Logger) (*event.Face, error) {
	c, err := config.Load()
	if err != nil {
		return nil, err
	}
	t, logged := trust(c.Auth, local, log), Logged(c.LogRequests, byDefault(local))
	if t == event.TrustNobody {
		return &event.Face{API: rest.New(nil, log).LogRequests(logged), Trust: t}, nil // no key is opened for nobody
	}
	service, err := Service(c, Passphrase(c), log)
	if err != nil {
		return nil, err
	}
	return &event.Face{API: rest.New(service, log).LogRequests(logged), Trust: t}, nil
}

// byDefault is which requests a function logs. A person sees the answer.
func byDefault(local bool) config.LogRequests {
	if local {
		return config.LogNone
	}
	return config.LogAll
}

// trust reads REKEY_AUTH. It is never guessed: unset means nobody, but for a
// person's own invocation.
func trust(a config.Auth, local bool, log *slog.Logger) event.Trust {
	switch {
	case a == config.AuthPlatform:
		return event.TrustPlatform
	case a == config.AuthNone:
		log.Warn("REKEY_AUTH is none: whoever can call this may use every key")
		return event.TrustEverybody
	case local:
		log.Warn("REKEY_AUTH is unset: a local invocation runs as none, nobody is authenticated")
		return event.TrustEverybody
	}
	log.Error("REKEY_AUTH is unset: every call is answered UNAUTHENTICATED; set it to platform, or to none")
	return event.TrustNobody
}

// logger writes one JSON object a line on standard output, with level and msg,
// as the platforms read it; in a local invocation text on standard error.
func logger(local bool) *slog.Logger {
	if local {
		return Log(os.Stderr)
	}
	return slog.New(slog.NewJSONHandler(os.Stdout, nil))
}

// Local says that this process is a person's own invocation, before its first
// event: an unset REKEY_AUTH is then none.
func Local() {
	instance.mu.Lock()
	defer instance.mu.Unlock()
	instance.local = true
}

// OnLambda reports whether AWS Lambda runs this process.
func OnLambda() bool { return os.Getenv("AWS_LAMBDA_RUNTIME_API") != "" }
