package rest

import (
	"context"
	"log/slog"
	"time"

	"rekey/shared/api"
	"rekey/shared/key"
)

// Logged says which requests have a line in the log. The zero value is none.
type Logged uint8

const (
	// LogNone: no request has.
	LogNone Logged = iota
	// LogFailed: those have that are answered with an error, whosever it is.
	LogFailed
	// LogAll: every request has, whatever became of it.
	LogAll
)

// LogRequests is the API with one line of level INFO in the log for each of
// these requests (docs/operations.md): who asked what of which key, how it
// ended, and when. It has ids alone, and nothing of a body or of an answer.
func (a *API) LogRequests(l Logged) *API {
	b := *a
	b.logged = l
	return &b
}

// serveLogged is serve with a line in the log.
func (a *API) serveLogged(ctx context.Context, id string, only api.Operation, r *Request) *Response {
	trace, begun := &api.Trace{Operation: only}, time.Now()
	out := a.serve(ctx, id, only, r, trace)
	if a.logged == LogAll || out.Code != api.OK {
		a.writeLine(ctx, trace, r, out, begun)
	}
	return out
}

// writeLine writes the line of a request. It goes to the handler directly,
// because a Logger would look for the line of code that it is called from.
func (a *API) writeLine(ctx context.Context, t *api.Trace, r *Request, out *Response, begun time.Time) {
	now := time.Now()
	attrs := make([]slog.Attr, 0, 12)
	add := func(name, value string) {
		if value != "" {
			attrs = append(attrs, slog.String(name, value))
		}
	}
	if t.Operation != 0 {
		add("operation", t.Operation.String())
	}
	add("key", loggable(string(t.KeyID)))
	add("version", loggable(string(t.VersionID)))
	add("sourceKey", loggable(string(t.SourceKeyID)))
	add("sourceVersion", loggable(string(t.SourceVersionID)))
	attrs = append(attrs, slog.String("code", out.Code.String()), slog.Int("status", out.Status),
		slog.Float64("durationMs", float64(now.Sub(begun).Microseconds())/1000))
	if t.Resolved {
		attrs = append(attrs, slog.Bool("cacheHit", t.CacheHit))
	}
	add("requestId", out.RequestID)
	if SaneRequestID(r.Invocation) {
		add("request_id", r.Invocation) // as Yandex Cloud Functions spell it
	}
	add("caller", cut(r.Principal.ID))
	line := slog.NewRecord(now, slog.LevelInfo, "request", 0)
	line.AddAttrs(attrs...)
	a.log.Handler().Handle(ctx, line) // an error means that there is nowhere to tell it
}

// loggable is an id, or nothing: a field that should hold one may hold
// anything, a plaintext that was put in the wrong place for one.
func loggable(id string) string {
	if key.ID(id).Check() != nil {
		return ""
	}
	return id
}

// maxCaller is how much of a caller's name is logged, in bytes: the longest
// ARN of a role's session is shorter, and an event may hold anything.
const maxCaller = 256

func cut(caller string) string {
	if len(caller) > maxCaller {
		return caller[:maxCaller] + "..."
	}
	return caller
}
