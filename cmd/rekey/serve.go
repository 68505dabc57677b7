package main

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"os"
	"time"

	"github.com/spf13/cobra"

	"rekey/cmd/rekey/internal/exit"
	"rekey/cmd/rekey/internal/process"
	"rekey/shared/boot"
	"rekey/shared/config"
	"rekey/shared/identity"
	"rekey/shared/key"
	"rekey/shared/keyadmin"
	"rekey/shared/rest"
	"rekey/shared/server"
)

const (
	anyoneFlag  = "allow-anyone-on-the-network"
	defaultAddr = "127.0.0.1:8480"
)

// serve is the command's own flags.
type serve struct {
	app    *app
	addr   string // --addr
	anyone bool   // --allow-anyone-on-the-network
	log    string // --log-requests
	drain  time.Duration
	limits limits
}

func (a *app) serve() *cobra.Command {
	s := &serve{app: a}
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
lockbox) it creates nothing, and needs the role lockbox.payloadViewer alone.`,
		Args: args(),
		RunE: func(c *cobra.Command, _ []string) error { return s.untilSignal(c.Context()) },
	}
	a.storeFlag(c)
	a.keyringFlag(c)
	c.Flags().BoolVar(&a.json, "json", false, "print address, store and key id as one JSON document")
	c.Flags().StringVar(&s.addr, "addr", defaultAddr, "`HOST:PORT` to listen on; port 0 is any free one")
	c.Flags().StringVar(&a.seed, "seed", "", "serve the keys of this `FILE`, a new keyring at every start")
	a.createFlag(c)
	s.logFlag(c)
	s.drainFlag(c)
	s.limits.flags(c)
	c.Flags().BoolVar(&s.anyone, anyoneFlag, false, "listen beyond loopback, and let everyone who can connect use "+
		"every key")
	return c
}

// untilSignal serves until the first signal; a second one ends the program at
// once.
func (s *serve) untilSignal(ctx context.Context) error {
	defer process.Attend()()
	log, last := s.app.logAside()
	s.app.last = last
	err := s.run(ctx, log)
	if errors.Is(err, context.Canceled) {
		return nil // the signal came before all was ready
	}
	return err
}

// run opens everything, says what it is, and serves until the end.
func (s *serve) run(ctx context.Context, log *slog.Logger) error {
	cfg, err := s.app.config()
	if err != nil {
		return err
	}
	if cfg.Auth == identity.Platform {
		return exit.Usagef("REKEY_AUTH is platform, and serve has no platform in front that authenticates callers: " +
			"unset it, or set it to none")
	}
	if err := config.CheckFile("--seed", s.app.seed); s.app.seed != "" && err != nil {
		return exit.Setting(err)
	}
	ln, err := s.listen(ctx)
	if err != nil {
		return err
	}
	defer ln.Close()
	if s.app.seed != "" {
		remove, err := seedKeyring(ctx, cfg, s.app.seed)
		if err != nil {
			return err
		}
		defer remove()
	}
	doc, err := s.open(ctx, cfg)
	if err != nil {
		return err
	}
	doc.Address = "http://" + reachable(ln.Addr())
	rules := boot.Rules(log, s.logged(cfg))
	service, err := openService(cfg, log, rules)
	if err != nil {
		return err
	}
	announced, err := s.announce(doc, log)
	if err != nil {
		return err
	}
	defer announced()
	s.app.serving.Store(true)
	s.limits.calmGC()
	// While nobody asks, too: that the keys are gone is in the log within a second.
	go every(ctx, time.Second, func() { _ = service.Ready() })
	face := rest.New(identity.None.Authenticator(), rules, rest.Crypto(service))
	return server.Serve(ctx, ln, server.Handler(face, s.limits.handled(ln)...), server.Options{
		Log: log, Ready: service.Ready, Drain: func() time.Duration {
			return s.drains(ctx)
		}, MaxConnections: s.limits.taken(log),
	})
}

// open sees to the keys that are to be served, and says what they are. Over
// Lockbox that is whoever manages them: to serve them takes fewer rights.
func (s *serve) open(ctx context.Context, cfg *settings) (*serving, error) {
	if cfg.Store == config.StoreLockbox {
		return inLockbox(cfg), nil
	}
	ad, created, err := openOrCreate(ctx, cfg)
	if err != nil {
		return nil, err
	}
	s.app.purge(ctx, ad)
	go every(ctx, time.Minute, func() { s.app.purge(ctx, ad) }) // versions whose time has come
	return inKeyring(ctx, cfg, ad, created)
}

func (s *serve) listen(ctx context.Context) (net.Listener, error) {
	if err := checkAddr(s.addr); err != nil {
		return nil, err
	}
	ln, err := server.Listen(ctx, s.addr, s.anyone)
	if errors.Is(err, server.ErrNotLoopback) {
		return nil, exit.Usagef("%w: nobody is authenticated, so they could use every key; if that is meant, say --%s",
			err, anyoneFlag)
	}
	return ln, err
}

// checkAddr tells a mistake in --addr from an address that cannot be had.
func checkAddr(addr string) error {
	_, port, err := net.SplitHostPort(addr)
	if err == nil {
		_, err = net.LookupPort("tcp", port)
	}
	if err != nil {
		return exit.Usagef("--addr %s is no HOST:PORT such as %s", config.Short(addr), defaultAddr)
	}
	return nil
}

// openOrCreate opens the keyring, and makes one with a first key if there is
// none.
func openOrCreate(ctx context.Context, cfg *settings) (ad keyadmin.Admin, created bool, err error) {
	ad, err = openAdmin(cfg, false)
	if err == nil || !errors.Is(err, os.ErrNotExist) || !cfg.mayCreate() {
		return ad, false, err
	}
	if ad, err = openAdmin(cfg, true); err != nil {
		return nil, false, err
	}
	_, err = ad.Create(ctx, keyadmin.Creation{Name: "first", Algorithm: key.AES256})
	if errors.Is(err, keyadmin.ErrExists) {
		return ad, false, nil // another serve was faster
	}
	return ad, true, err
}

// every calls f again and again until the context ends.
func every(ctx context.Context, period time.Duration, f func()) {
	tick := time.NewTicker(period)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			f()
		}
	}
}
