package lockboxtest

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"rekey/shared/plain"
)

// program is a server, and what its arguments and the lines of its standard
// input say of it.
type program struct {
	server *Server
	out    io.Writer
	faults []Fault
	healed bool // the faults strike nothing
}

// Run is the program deploy/local/lockbox, until ctx ends. A line of in is what
// an argument can say, too: -user NAME=ROLE or user NAME=ROLE. An empty line
// switches the faults off, and on again.
func Run(ctx context.Context, args []string, in io.Reader, out io.Writer) error {
	s, err := Start(Options{})
	if err != nil {
		return err
	}
	defer s.Close()
	var said bytes.Buffer // of the arguments, which may be wrong, behind what a client needs
	p := &program{server: s, out: &said}
	s.Grant(DefaultServiceAccount, Admin, DefaultFolder)
	for len(args) > 0 {
		n := min(2, len(args))
		if strings.TrimLeft(args[0], "-") == "copy-generated" {
			n = 1
		}
		if err := p.do(strings.Join(args[:n], " ")); err != nil {
			return err
		}
		args = args[n:]
	}
	p.out = out
	p.usage()
	fmt.Fprint(out, said.String())
	p.obey(ctx, in)
	return nil
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
			if err := p.do(strings.TrimSpace(line)); err != nil {
				fmt.Fprintln(p.out, "lockboxtest:", err)
			}
		case <-ctx.Done():
			return
		}
	}
}

// do does what a line says.
func (p *program) do(line string) error {
	name, value, _ := strings.Cut(strings.TrimLeft(line, "-"), " ")
	value = strings.Trim(value, ` '"`)
	switch name {
	case "":
		p.healed = !p.healed
		p.strike()
	case "user":
		g, err := parseUser(value)
		if err != nil {
			return err
		}
		p.admit(g)
	case "fault":
		f, err := parseFault(value)
		if err != nil {
			return err
		}
		p.faults, p.healed = append(p.faults, f), false
		p.strike()
	case "advance":
		d, err := time.ParseDuration(value)
		if err != nil {
			return err
		}
		p.server.Advance(d)
	case "copy-generated":
		p.server.Configure(func(b *Behavior) { b.CopyGenerated = true })
	default:
		return fmt.Errorf("%.60q: want user NAME=ROLE[@ON], fault METHOD=WHAT, advance TIME or copy-generated "+
			"(docs/lockbox.md), or an empty line", name)
	}
	return nil
}

// admit gives or takes roles, and shows a new token.
func (p *program) admit(g grant) {
	what := g.role + " of " + g.on
	if g.role == noRole {
		p.server.RevokeAll(g.subject)
		what = "without a role"
	} else {
		p.server.Grant(g.subject, g.role, g.on)
	}
	fmt.Fprintf(p.out, "user       %s, %q: REKEY_IAM_TOKEN=%s\n", g.subject, what, p.server.Token(g.subject))
}

// strike has the faults strike, or none.
func (p *program) strike() {
	p.server.Heal()
	if p.healed {
		fmt.Fprintln(p.out, "faults     off: an empty line switches them on")
		return
	}
	for _, f := range p.faults {
		p.server.Inject(f)
	}
	fmt.Fprintln(p.out, "faults     on: an empty line switches them off")
}
