// Package requestlog writes the log of a service: a line for each request, if
// that is wanted, and the causes of faults, which an operator must know and a
// caller must not. It has ids, and nothing of a body or of an answer.
package requestlog

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"rekey/shared/api"
	"rekey/shared/key"
	"rekey/shared/pipeline"
)

// Lines says which requests have a line. The zero value is none.
type Lines string

// The values of REKEY_LOG_REQUESTS.
const (
	All    Lines = "all"    // every request, whatever became of it
	Failed Lines = "failed" // those that are answered with an error, whosever it is
	None   Lines = "none"
)

// Log is a pipeline.Recorder. Immutable; safe for concurrent use.
type Log struct {
	log   *slog.Logger
	lines Lines
}

var _ pipeline.Recorder = (*Log)(nil)

// New makes a Log.
func New(log *slog.Logger, l Lines) *Log { return &Log{log, l} }

// Begin does nothing.
func (l *Log) Begin(context.Context, *api.Call) error { return nil }

// End writes the lines. Its error is always nil: a log that fails has no place
// to tell it.
func (l *Log) End(ctx context.Context, e pipeline.Event) error {
	l.fault(ctx, e)
	if l.lines == All || l.lines == Failed && e.Err != nil {
		l.request(ctx, e)
	}
	return nil
}

// fault writes the cause of a failure that is not the caller's. Not of
// RESOURCE_EXHAUSTED: a flood must stay cheap. Nor of what HTTP has a status of
// its own for, such as a body that came too slowly.
func (l *Log) fault(ctx context.Context, e pipeline.Event) {
	switch e.Code() {
	case api.Internal, api.Unknown, api.DataLoss, api.Unavailable, api.DeadlineExceeded:
		if e.Err.Status != 0 {
			return
		}
	default:
		return
	}
	var p *pipeline.Panic
	if errors.As(e.Err, &p) {
		l.log.ErrorContext(ctx, "panic", "requestId", e.RequestID, "type", p.Type, "stack", p.Stack)
		return
	}
	l.log.ErrorContext(ctx, "operation failed", "operation", e.Operation.String(), "code", e.Code().String(),
		"requestId", e.RequestID, "fault", e.Err.Message, "error", e.Err.Unwrap())
}

// request writes the line of a request. It goes to the handler directly,
// because a Logger would look for the line of code that it is called from.
func (l *Log) request(ctx context.Context, e pipeline.Event) {
	if !l.log.Enabled(ctx, slog.LevelInfo) {
		return
	}
	now, status := time.Now(), e.Code().HTTPStatus()
	if e.Err != nil {
		status = e.Err.HTTPStatus()
	}
	attrs := make([]slog.Attr, 0, 12)
	add := func(name, value string) {
		if value != "" {
			attrs = append(attrs, slog.String(name, value))
		}
	}
	if e.Operation != 0 {
		add("operation", e.Operation.String())
	}
	add("key", loggable(string(e.KeyID)))
	add("version", loggable(string(e.VersionID)))
	add("sourceKey", loggable(string(e.SourceKeyID)))
	add("sourceVersion", loggable(string(e.SourceVersionID)))
	attrs = append(attrs, slog.String("code", e.Code().String()), slog.Int("status", status),
		slog.Float64("durationMs", float64(now.Sub(e.Begun).Microseconds())/1000))
	if e.Resolved {
		attrs = append(attrs, slog.Bool("cacheHit", e.CacheHit))
	}
	add("requestId", e.RequestID)
	if api.SaneRequestID(e.Invocation) {
		add("request_id", e.Invocation) // as Yandex Cloud Functions spell it
	}
	add("caller", cut(e.Principal.Subject))
	line := slog.NewRecord(now, slog.LevelInfo, "request", 0)
	line.AddAttrs(attrs...)
	_ = l.log.Handler().Handle(ctx, line) // there is nowhere to tell that it failed
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
