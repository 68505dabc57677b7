package boot

import (
	"io"
	"log/slog"

	"rekey/shared/config"
	"rekey/shared/rest"
)

// Log writes lines for a person at a terminal, without the time.
func Log(to io.Writer) *slog.Logger {
	return slog.New(slog.NewTextHandler(to, &slog.HandlerOptions{
		ReplaceAttr: func(groups []string, a slog.Attr) slog.Attr {
			if len(groups) == 0 && a.Key == slog.TimeKey {
				return slog.Attr{}
			}
			return a
		},
	}))
}

// Logged is which requests have a line in the log, and otherwise is what that
// is where nobody has said it.
func Logged(l, otherwise config.LogRequests) rest.Logged {
	if l == "" {
		l = otherwise
	}
	switch l {
	case config.LogAll:
		return rest.LogAll
	case config.LogFailed:
		return rest.LogFailed
	}
	return rest.LogNone
}
