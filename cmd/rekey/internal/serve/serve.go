// Package serve is `rekey serve`, the API on this machine, and `rekey ping`,
// which asks it whether it is ready.
package serve

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/spf13/cobra"

	"rekey/cmd/rekey/internal/cli"
	"rekey/cmd/rekey/internal/exit"
	"rekey/cmd/rekey/internal/process"
	"rekey/cmd/rekey/internal/settings"
	"rekey/shared/boot"
	"rekey/shared/boot/admin"
	"rekey/shared/config"
	"rekey/shared/identity"
	"rekey/shared/manage"
	"rekey/shared/requestlog"
	"rekey/shared/rest"
	"rekey/shared/server"
)

const (
	anyoneFlag  = "allow-anyone-on-the-network"
	defaultAddr = "127.0.0.1:8480"
)

// noArgs is for commands of an address.
var noArgs = cli.NoArgs("`--addr HOST:PORT` names an address")

// command is serve with its flags.
type command struct {
	*cli.Streams
	flags   *settings.Flags
	json    bool          // --json
	addr    string        // --addr
	anyone  bool          // --allow-anyone-on-the-network
	log     string        // --log-requests
	seed    string        // --seed
	drain   time.Duration // --drain
	limits  limits
	serving atomic.Bool
}

// Command is `rekey serve`.
func Command(streams *cli.Streams) *cobra.Command {
	s := &command{Streams: streams, flags: settings.New(streams)}
	s.flags.Ask = s.askFor
	c := &cobra.Command{
		Use:   "serve",
		Short: "Serve the API on this machine",
		Long: `Serve the API over HTTP, on loopback and to anyone there, until Ctrl-C, SIGTERM,
SIGHUP or SIGQUIT; requests in flight are finished. After any but Ctrl-C new
connections are still taken for a while (--drain), so that a proxy can see at
/readyz that requests should go elsewhere. A keyring with a first key is created
if there is none in the default place, or elsewhere with --create. --seed serves
a fixed set of keys for tests instead, from a temporary keyring that is removed
at the end, or from a new file that --keyring names. Over Lockbox (--store
lockbox) it creates nothing, and needs the role lockbox.payloadViewer; listing
keys (GET /kms/v1/keys) also takes lockbox.viewer.`,
		Example: `  rekey serve
  rekey serve --addr 127.0.0.1:9000 --keyring test.json --create
  rekey serve --store lockbox
  rekey serve --log-requests failed`,
		SuggestFor: []string{"server", "start", "run", "daemon"},
		Args:       noArgs,
		RunE:       func(c *cobra.Command, _ []string) error { return s.untilSignal(c.Context()) },
	}
	s.declare(c)
	return c
}

func (s *command) declare(c *cobra.Command) {
	s.flags.Declare(c)
	s.flags.DeclareCreate(c)
	f := c.Flags()
	f.BoolVar(&s.json, "json", false, "print address, store and key id as one JSON document")
	f.StringVar(&s.addr, "addr", defaultAddr, "the `HOST:PORT` to listen on; port 0 is any free one")
	f.StringVar(&s.seed, "seed", "", "serve the keys of this `FILE`, a new keyring at every start")
	s.flags.Only(c, config.StoreFile, "seed")
	f.BoolVar(&s.anyone, anyoneFlag, false, "listen beyond loopback, and let everyone who can connect use every key")
	cli.Choice(c, &s.log, "log-requests",
		"show `WHICH` requests on standard error: all, failed or none (default $REKEY_LOG_REQUESTS, or none)",
		string(requestlog.All), string(requestlog.Failed), string(requestlog.None))
	s.drainFlag(c)
	s.limits.declare(c)
}

// errAttended: a server asks nobody once it serves, for a request would wait
// for the answer.
var errAttended = errors.New("has a passphrase that this server was not given: restart rekey with " +
	"--passphrase-file or REKEY_PASSPHRASE_FILE, or at a terminal to type it")

func (s *command) askFor(path string) ([]byte, error) {
	if s.serving.Load() {
		return nil, errAttended
	}
	return settings.AskFor(path)
}

// untilSignal serves until the first signal; a second one ends the program
// immediately.
func (s *command) untilSignal(ctx context.Context) error {
	defer process.Attend()()
	log, last := s.logAside()
	s.Last = last
	err := s.run(ctx, log)
	if errors.Is(err, context.Canceled) {
		return nil // the signal came before all was ready
	}
	return err
}

// load reads the settings, and refuses what does not fit them.
func (s *command) load() (*settings.Settings, error) {
	cfg, err := s.flags.Load()
	if err == nil && cfg.Auth == identity.Platform {
		return nil, exit.Usagef("REKEY_AUTH is platform, and serve has no platform in front that authenticates " +
			"callers: unset it, or set it to none")
	}
	if err == nil && s.seed != "" {
		err = exit.Setting(config.CheckFile("--seed", s.seed))
	}
	return cfg, err
}

// run opens everything, says what it is, and serves until the end.
func (s *command) run(ctx context.Context, log *slog.Logger) error {
	cfg, err := s.load()
	if err != nil {
		return err
	}
	ln, err := s.listen(ctx)
	if err != nil {
		return err
	}
	defer ln.Close()
	if s.seed != "" {
		remove, err := seedKeyring(ctx, cfg, s.seed)
		if err != nil {
			return err
		}
		defer remove()
	}
	doc, ad, err := open(ctx, cfg)
	if err != nil {
		return err
	}
	doc.Address = "http://" + reachable(ln.Addr())
	// No lines by default: one costs as much as a request does beside its HTTP.
	rules := boot.Rules(log, cmp.Or(requestlog.Lines(s.log), cfg.LogRequests))
	service, err := cfg.OpenService(log, rules)
	if err != nil {
		return err
	}
	announced, err := s.announce(doc, log)
	if err != nil {
		return err
	}
	defer announced()
	s.serving.Store(true)
	s.limits.tuneGC()
	face := rest.New(identity.None.Authenticator(), rules, rest.Crypto(service),
		rest.Keys(manage.New(admin.Lister(&cfg.Config, ad), rules)))
	// While nobody asks, too: that the keys are gone is in the log within a second.
	go every(ctx, time.Second, func() { _ = service.Ready() })
	return server.Serve(ctx, ln, server.Handler(face, s.limits.handled(ln)...), server.Options{Log: log,
		Ready: service.Ready, Drain: func() time.Duration { return s.drains(ctx) },
		MaxConnections: s.limits.taken(log)})
}
