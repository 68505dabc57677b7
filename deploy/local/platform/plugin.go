package platform

import (
	"bufio"
	"encoding/gob"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"time"
)

// Plugin is a function as Yandex Cloud Functions run it. The file so is the
// plugin, as their builder makes it; the file host is the program that
// BuildHost made, which opens it.
//
// Besides Config.Env an instance has the variables that the platform sets:
// https://yandex.cloud/en/docs/functions/concepts/runtime/environment-variables
// AWS_LAMBDA_RUNTIME_API is among them, so a function cannot tell AWS Lambda by
// it; nobody listens there.
func Plugin(host, so string, c Config) *Function {
	f := &Function{config: c.withDefaults()}
	f.open = func(in *instance) (link, error) { return openPlugin(in, host, so) }
	return f
}

// pipes is the link to a plugin's host: what stands in host's wire.go.
type pipes struct {
	in       *instance
	calls    *os.File
	outcomes *os.File
	read     chan struct{} // closed when there are no more outcomes

	mu sync.Mutex // protects to
	to *gob.Encoder
}

var _ link = (*pipes)(nil)

// wireCall, wireHello and wireOutcome are the host's, field by field.
type (
	wireCall struct {
		RequestID, Function string
		Payload             []byte
	}
	wireHello struct {
		Opened time.Duration
		Error  string
	}
	wireOutcome struct {
		RequestID string
		Answer    []byte
		Error     string
		Took      time.Duration
	}
)

func openPlugin(in *instance, host, so string) (link, error) {
	so, dir, err := folder(so)
	if err != nil {
		return nil, err
	}
	if host, _, err = folder(host); err != nil {
		return nil, err
	}
	files, err := makePipes()
	if err != nil {
		return nil, err
	}
	c := exec.Command(host, so)
	c.Env = append([]string{
		"_HANDLER=handler.Handler",
		"AWS_LAMBDA_RUNTIME_API=127.0.0.1:9001",
		"LAMBDA_RUNTIME_DIR=" + filepath.Dir(host),
		"LAMBDA_TASK_ROOT=" + dir,
		"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
		"LD_LIBRARY_PATH=" + filepath.Join(dir, "shared-libs"),
	}, in.f.config.Env...)
	c.ExtraFiles = []*os.File{files[0], files[3]} // its descriptors 3 and 4
	err = in.spawn(c, dir)
	files[0].Close()
	files[3].Close()
	if err != nil {
		files[1].Close()
		files[2].Close()
		return nil, err
	}
	p := &pipes{in: in, calls: files[1], outcomes: files[2], read: make(chan struct{}), to: gob.NewEncoder(files[1])}
	go p.settleAll()
	return p, nil
}

// makePipes makes two pipes, each its reading end first: for calls and for
// outcomes.
func makePipes() (files [4]*os.File, err error) {
	if files[0], files[1], err = os.Pipe(); err != nil {
		return files, err
	}
	if files[2], files[3], err = os.Pipe(); err != nil {
		files[0].Close()
		files[1].Close()
	}
	return files, err
}

func (p *pipes) hand(c *call) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.to.Encode(wireCall{c.id, p.in.f.config.Name, c.payload}) // an error: the process is about to end
}

// settleAll reads what the host says, until it ends.
func (p *pipes) settleAll() {
	defer close(p.read)
	from := gob.NewDecoder(bufio.NewReader(p.outcomes))
	var hello wireHello
	switch err := from.Decode(&hello); {
	case err != nil: // the process has ended
		return
	case hello.Error != "":
		p.in.fault(failed("opening the plugin: %s", hello.Error))
		return
	}
	p.in.isReady(hello.Opened)
	for {
		var w wireOutcome
		if from.Decode(&w) != nil {
			return
		}
		o := outcome{answer: w.Answer, took: w.Took}
		if w.Error != "" {
			o = outcome{err: fmt.Errorf("%w: %s", ErrFailed, w.Error), took: w.Took}
		}
		p.in.settle(w.RequestID, o)
	}
}

func (p *pipes) close() {
	<-p.read
	p.calls.Close()
	p.outcomes.Close()
}
