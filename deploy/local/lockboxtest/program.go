package lockboxtest

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"strings"
	"time"

	"rekey/deploy/local/fault"
)

// program is a server, and what its flags and the lines of its standard input
// say of it.
type program struct {
	flags   *flag.FlagSet
	options Options
	dir     string        // -dir
	users   []user        // of -user, and not yet admitted
	rules   []fault.Rule  // of -fault
	seed    uint64        // -seed
	advance time.Duration // of -advance, and not yet gone

	server *Server
	out    io.Writer
	healed bool // the rules strike nothing
}

// Run is the program of deploy/local/lockbox, until ctx ends. A line of in is a flag
// that can still be given, and its value; an empty one switches the faults off,
// and on again.
func Run(ctx context.Context, args []string, in io.Reader, out io.Writer) error {
	p := newProgram(out)
	if err := p.flags.Parse(args); errors.Is(err, flag.ErrHelp) {
		p.flags.SetOutput(out)
		p.flags.PrintDefaults()
		return nil
	} else if err != nil {
		return err
	}
	if p.flags.NArg() > 0 {
		return fmt.Errorf("unexpected argument %.60q", p.flags.Arg(0))
	}
	if p.options.TLS && p.dir == "" {
		return errors.New("-tls wants -dir, where a client finds ca.pem")
	}
	var err error
	if p.server, err = Start(p.options); err != nil {
		return err
	}
	defer p.server.Close()
	p.server.Grant(DefaultServiceAccount, Admin, DefaultFolder)
	if err := p.writeFiles(); err != nil {
		return err
	}
	p.usage()
	p.apply()
	p.obey(ctx, in)
	return nil
}

func newProgram(out io.Writer) *program {
	p := &program{flags: flag.NewFlagSet("lockboxtest", flag.ContinueOnError), out: out}
	f, o := p.flags, &p.options
	f.SetOutput(io.Discard) // Run's error says it
	f.StringVar(&o.Addr, "addr", "127.0.0.1:0", "where gRPC listens")
	f.StringVar(&o.MetadataAddr, "metadata-addr", "127.0.0.1:0", "where the metadata service listens")
	f.BoolVar(&o.TLS, "tls", false, "gRPC over TLS, with a CA that is written to -dir")
	f.StringVar(&p.dir, "dir", "", "a folder for key.json of the service account, and for ca.pem")
	f.DurationVar(&o.Behavior.OperationDelay, "operation-delay", 0, "how long an operation takes")
	f.BoolVar(&o.Behavior.CopyGenerated, "copy-generated", false, "a new version has the last one's material")
	f.Uint64Var(&p.seed, "seed", 1, "decides which calls a share of faults strikes")
	f.Func("user", "`NAME=ROLE[@ON]`: an account that has a role on a secret or a folder (default the one folder), "+
		"or none; repeatable", p.addUser)
	f.Func("fault", "`METHOD=WHAT[:SHARE%]`: what goes wrong with calls, such as PayloadService/Get=UNAVAILABLE:10%, "+
		"*=latency 300ms, Get=hang, Get=reset; repeatable", p.addFault)
	f.Func("advance", "`TIME` by which the clock of secrets goes on", p.addTime)
	return p
}

func (p *program) addUser(text string) error {
	u, err := parseUser(text)
	if err == nil {
		p.users = append(p.users, u)
	}
	return err
}

func (p *program) addFault(text string) error {
	r, err := fault.Parse(text, Methods())
	if err == nil {
		p.rules, p.healed = append(p.rules, r), false
	}
	return err
}

func (p *program) addTime(text string) error {
	d, err := time.ParseDuration(text)
	if err == nil {
		p.advance += d
	}
	return err
}

// obey does what lines say until ctx ends.
func (p *program) obey(ctx context.Context, in io.Reader) {
	lines := make(chan string)
	go func() {
		for s := bufio.NewScanner(in); s.Scan(); {
			select {
			case lines <- s.Text():
			case <-ctx.Done():
				return
			}
		}
	}()
	for {
		select {
		case line := <-lines:
			p.line(strings.TrimSpace(line))
		case <-ctx.Done():
			return
		}
	}
}

func (p *program) line(line string) {
	name, value, _ := strings.Cut(strings.TrimLeft(line, "-"), " ")
	switch name {
	case "":
		p.healed = !p.healed
	case "user", "fault", "advance":
		if err := p.flags.Set(name, strings.Trim(value, ` '"`)); err != nil {
			fmt.Fprintln(p.out, "lockboxtest:", err)
			return
		}
	default:
		fmt.Fprintf(p.out, "lockboxtest: %.60q: want user, fault or advance and a value, or an empty line\n", name)
		return
	}
	p.apply()
}

// apply has the server be as is said.
func (p *program) apply() {
	for _, u := range p.users {
		p.admit(u)
	}
	p.server.Advance(p.advance)
	p.users, p.advance = nil, 0
	switch {
	case len(p.rules) == 0:
	case p.healed:
		p.server.SetRules(nil)
		fmt.Fprintln(p.out, "faults     off: an empty line switches them on")
	default:
		p.server.SetRules(fault.New(p.seed, p.rules...))
		fmt.Fprintln(p.out, "faults     on: an empty line switches them off")
	}
}
