package platform

import (
	"net/rpc"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
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

// hosted is the link to a plugin's host: package host says what it answers.
type hosted struct {
	in     *instance
	client *rpc.Client
	under  sync.RWMutex // read-locked by what is under way
}

var _ link = (*hosted)(nil)

// wireCall and wireAnswer are the host's Call and Answer, field by field.
type (
	wireCall struct {
		RequestID, Function string
		Payload             []byte
	}
	wireAnswer struct {
		Text []byte
		Took time.Duration
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
	c := exec.Command(host, so)
	c.Env = append([]string{
		"_HANDLER=handler.Handler",
		"AWS_LAMBDA_RUNTIME_API=127.0.0.1:9001",
		"LAMBDA_RUNTIME_DIR=" + filepath.Dir(host),
		"LAMBDA_TASK_ROOT=" + dir,
		"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
		"LD_LIBRARY_PATH=" + filepath.Join(dir, "shared-libs"),
	}, in.f.config.Env...)
	ours, its, err := socketpair()
	if err != nil {
		return nil, err
	}
	defer its.Close()
	c.ExtraFiles = []*os.File{its} // its descriptor 3
	if err := in.spawn(c, dir); err != nil {
		ours.Close()
		return nil, err
	}
	l := &hosted{in: in, client: rpc.NewClient(ours)}
	took := new(time.Duration)
	l.call("Opened", struct{}{}, took, func(err error) {
		if err != nil {
			in.fault(failed("opening the plugin: %w", err))
			return
		}
		in.isReady(*took)
	})
	return l, nil
}

func (l *hosted) hand(c *call) {
	select {
	case <-l.in.ready:
	case <-l.in.ended:
		return
	}
	a := new(wireAnswer)
	l.call("Call", wireCall{c.id, l.in.f.config.Name, c.payload}, a, func(err error) {
		o := outcome{answer: a.Text, took: a.Took}
		if err != nil {
			o.err = failed("%w", err)
		}
		l.in.settle(c.id, o)
	})
}

// call asks the host, and goes on with what it says. If the process ends
// first, it says nothing.
func (l *hosted) call(method string, args, reply any, then func(error)) {
	go func() {
		l.under.RLock()
		defer l.under.RUnlock()
		err := l.client.Call("Host."+method, args, reply)
		if _, said := err.(rpc.ServerError); err == nil || said {
			then(err)
		}
	}()
}

func (l *hosted) close() {
	l.under.Lock() // what was under way ends with the process
	l.client.Close()
	l.under.Unlock()
}

// socketpair makes a connection: our end, and the process's.
func socketpair() (ours, its *os.File, err error) {
	syscall.ForkLock.RLock() // no process of another instance gets them
	ends, err := syscall.Socketpair(syscall.AF_UNIX, syscall.SOCK_STREAM, 0)
	if err == nil {
		syscall.CloseOnExec(ends[0])
		syscall.CloseOnExec(ends[1])
	}
	syscall.ForkLock.RUnlock()
	if err != nil {
		return nil, nil, err
	}
	return os.NewFile(uintptr(ends[0]), "host"), os.NewFile(uintptr(ends[1]), "platform"), nil
}
