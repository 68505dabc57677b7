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

	"rekey/shared/plain"
)

// program is a server, and what its flags and the lines of its standard input
// say of it.
type program struct {
	flags    *flag.FlagSet
	behavior Behavior
	users    []grant       // of -user, and not yet given
	faults   []Fault       // of -fault
	advance  time.Duration // of -advance, and not yet gone

	server *Server
	out    io.Writer
	healed bool // the faults strike nothing
}

// Run is the program deploy/local/lockbox, until ctx ends. A line of in is a
// flag that can still be given, and its value; an empty one switches the faults
// off, and on again.
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
	var err error
	if p.server, err = Start(Options{Behavior: p.behavior}); err != nil {
		return err
	}
	defer p.server.Close()
	p.server.Grant(DefaultServiceAccount, Admin, DefaultFolder)
	p.usage()
	p.apply()
	p.obey(ctx, in)
	return nil
}

func newProgram(out io.Writer) *program {
	p := &program{flags: flag.NewFlagSet("lockboxtest", flag.ContinueOnError), out: out}
	f := p.flags
	f.SetOutput(io.Discard) // Run's error says it
	f.BoolVar(&p.behavior.CopyGenerated, "copy-generated", false, "a new version has the last one's material")
	f.Func("user", "`NAME=ROLE[@ON]`: an account that has a role on a secret or a folder (default the one folder), "+
		"or none; repeatable", func(text string) error {
		u, err := parseUser(text)
		if err == nil {
			p.users = append(p.users, u)
		}
		return err
	})
	f.Func("fault", "`METHOD=WHAT`: what goes wrong with calls, such as PayloadService/Get=UNAVAILABLE, "+
		"*=latency 300ms, Get=hang, Get=reset; repeatable", func(text string) error {
		fault, err := parseFault(text)
		if err == nil {
			p.faults, p.healed = append(p.faults, fault), false
		}
		return err
	})
	f.Func("advance", "`TIME` by which the clock of secrets goes on", func(text string) error {
		d, err := time.ParseDuration(text)
		p.advance += d
		return err
	})
	return p
}

// usage is what a client needs, and the environment of rekey, ready to be
// pasted.
func (p *program) usage() {
	at := plain.Shell("http://" + p.server.Addr())
	fmt.Fprintf(p.out, `gRPC       %s: Lockbox, operations, IAM
metadata   YC_METADATA_ADDR=%s
folder     %s
account    %s, %s of the folder

For rekey, in another terminal:
export REKEY_STORE=lockbox REKEY_FOLDER_ID=%[3]s REKEY_IAM_TOKEN=%[6]s
export REKEY_LOCKBOX_ENDPOINT=%[7]s REKEY_SECRETS_ENDPOINT=%[7]s REKEY_OPERATION_ENDPOINT=%[7]s
`, p.server.Addr(), p.server.MetadataAddr(), DefaultFolder, DefaultServiceAccount, Admin,
		p.server.Token(DefaultServiceAccount), at)
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
		what := u.role + " of " + u.on
		if u.role == noRole {
			p.server.RevokeAll(u.subject)
			what = "without a role"
		} else {
			p.server.Grant(u.subject, u.role, u.on)
		}
		fmt.Fprintf(p.out, "user       %s, %q: REKEY_IAM_TOKEN=%s\n", u.subject, what, p.server.Token(u.subject))
	}
	p.server.Advance(p.advance)
	p.users, p.advance = nil, 0
	p.server.Heal()
	switch {
	case len(p.faults) == 0:
	case p.healed:
		fmt.Fprintln(p.out, "faults     off: an empty line switches them on")
	default:
		for _, f := range p.faults {
			p.server.Inject(f)
		}
		fmt.Fprintln(p.out, "faults     on: an empty line switches them off")
	}
}
