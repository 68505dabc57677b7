package boot

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"sync"

	"rekey/shared/config"
	"rekey/shared/identity"
	"rekey/shared/pipeline"
	"rekey/shared/requestlog"
	"rekey/shared/rest"
)

// instance is what one process of a function keeps between events.
var instance struct {
	mu    sync.Mutex
	api   *rest.API // nil until one could be made
	local bool      // see Local
}

// Data returns the instance's API, made from the environment at the first
// call. A failure is logged for the operator and not remembered: the next
// event tries again.
func Data(ctx context.Context) (*rest.API, error) {
	instance.mu.Lock()
	defer instance.mu.Unlock()
	if instance.api != nil {
		return instance.api, nil
	}
	log := logger(instance.local)
	a, err := guarded(func() (*rest.API, error) { return newAPI(instance.local, log) })
	if err != nil {
		log.ErrorContext(ctx, "this function cannot serve", "error", err)
		return nil, err
	}
	instance.api = a
	return a, nil
}

// guarded is open, but that its panic is an error: the platform would end the
// process.
func guarded(open func() (*rest.API, error)) (a *rest.API, err error) {
	defer func() {
		if p := recover(); p != nil {
			a, err = nil, errors.Unwrap(pipeline.Panicked(p))
		}
	}()
	return open()
}

// Begin makes the API while the platform's runtime asks for the first event:
// the environment is read, and the store connected to, when the event comes.
func Begin() { go func() { _, _ = Data(context.Background()) }() }

func newAPI(local bool, log *slog.Logger) (*rest.API, error) {
	c, err := config.Load()
	if err != nil {
		return nil, err
	}
	auth, rules := mode(c.Auth, local, log), Rules(log, lines(c.LogRequests, local))
	if auth == "" {
		return rest.New(auth.Authenticator(), rules), nil // no key is opened for nobody
	}
	service, err := Service(c, Passphrase(c), log, rules)
	if err != nil {
		return nil, err
	}
	return rest.New(auth.Authenticator(), rules, rest.Crypto(service)), nil
}

// Rules are those of a service: anyone who is authenticated may do everything.
func Rules(log *slog.Logger, l requestlog.Lines) *pipeline.Pipeline {
	return &pipeline.Pipeline{Authorizer: pipeline.Everybody{}, Limiter: pipeline.Unlimited{},
		Recorder: requestlog.New(log, l)}
}

// lines is which requests a function logs. A person sees the answer.
func lines(l requestlog.Lines, local bool) requestlog.Lines {
	switch {
	case l != "":
		return l
	case local:
		return requestlog.None
	}
	return requestlog.All
}

// mode reads REKEY_AUTH. It is never guessed: unset means nobody, but for a
// person's own invocation.
func mode(m identity.Mode, local bool, log *slog.Logger) identity.Mode {
	switch {
	case m == identity.None:
		log.Warn("REKEY_AUTH is none: anyone who can call this may use every key")
	case m == "" && local:
		log.Warn("REKEY_AUTH is unset: a local invocation runs as none, nobody is authenticated")
		return identity.None
	case m == "":
		log.Error("REKEY_AUTH is unset: every call is answered UNAUTHENTICATED; set it to platform, or to none")
	}
	return m
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
