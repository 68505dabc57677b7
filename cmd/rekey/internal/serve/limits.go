package serve

import (
	"errors"
	"fmt"
	"log/slog"
	"math"
	"net"
	"net/netip"
	"os"
	"regexp"
	"runtime/debug"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"rekey/cmd/rekey/internal/cli"
	"rekey/cmd/rekey/internal/exit"
	"rekey/shared/config"
	"rekey/shared/server"
)

// limits are how much serve takes concurrently, and whose pages it answers.
type limits struct {
	connections int   // --max-connections
	bodies      int64 // --max-body-memory, in bytes
	hosts       []string
}

func (l *limits) declare(c *cobra.Command) {
	const connectionsFlag, bodiesFlag, hostFlag = "max-connections", "max-body-memory", "host"
	connections := c.Flags().String(connectionsFlag, strconv.Itoa(server.Connections),
		"take at most `N` connections concurrently, and half of the files that may be open; idle ones are closed for "+
			"others")
	bodies := c.Flags().String(bodiesFlag, fmt.Sprintf("%dMiB", server.BodyMemory>>20),
		"the `SIZE` of the memory for the bodies of all requests together")
	hosts := c.Flags().StringArray(hostFlag, nil, "a `NAME` by which browsers may call this server, besides "+
		"localhost; "+
		"may be repeated")
	cli.Before(c, func() (err error) {
		if l.connections, err = strconv.Atoi(*connections); tooLarge(err, *connections) {
			return exit.Usagef("--%s %s is too large a number", connectionsFlag, config.Word(*connections))
		}
		if err != nil || l.connections < 1 {
			return exit.Usagef("--%s %s is not a whole number from 1 on", connectionsFlag, config.Word(*connections))
		}
		if l.bodies, err = parseSize(*bodies); tooLarge(err, *bodies) {
			return exit.Usagef("--%s %s is too large a size", bodiesFlag, config.Word(*bodies))
		}
		if err != nil || l.bodies < leastBodies {
			return exit.Usagef("--%s %s is not a size of 1MiB or more, such as 64MiB", bodiesFlag, config.Word(*bodies))
		}
		for _, host := range *hosts {
			if !isHost(host) {
				return exit.Usagef("--%s %s is not the name of a host: give it without https:// and port", hostFlag,
					config.Word(host))
			}
			l.hosts = append(l.hosts, strings.ToLower(strings.TrimSuffix(host, ".")))
		}
		return nil
	})
}

// tooLarge reports whether a number is more than an int holds.
func tooLarge(err error, number string) bool {
	return errors.Is(err, strconv.ErrRange) && !strings.HasPrefix(number, "-")
}

// leastBodies is room for a few bodies of the largest size.
const leastBodies = 1 << 20

// parseSize reads a number of bytes, KiB, MiB or GiB.
func parseSize(s string) (int64, error) {
	number, unit := s, int64(1)
	for suffix, bytes := range map[string]int64{"KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30} {
		if n, ok := strings.CutSuffix(s, suffix); ok {
			number, unit = n, bytes
		}
	}
	n, err := strconv.ParseInt(number, 10, 64)
	if err == nil && n > math.MaxInt64/unit {
		return 0, strconv.ErrRange
	}
	return n * unit, err
}

var domainName = regexp.MustCompile(`^[\w-]{1,63}(\.[\w-]{1,63})*\.?$`)

// isHost reports whether s is a name of the DNS, or an address.
func isHost(s string) bool {
	_, err := netip.ParseAddr(s)
	return err == nil || domainName.MatchString(s)
}

// handled are the limits as the server's handler has them.
func (l *limits) handled(ln net.Listener) []server.Option {
	tcp, ok := ln.Addr().(*net.TCPAddr)
	return []server.Option{server.MaxBodyMemory(l.bodies), server.FromBrowsers(ok && tcp.IP.IsLoopback(), l.hosts)}
}

// taken is how many connections are taken concurrently: the store, the log and the
// keyring need files, too.
func (l *limits) taken(log *slog.Logger) int {
	files := openFiles()
	if half := max(files/2, 1); l.connections > half {
		log.Warn(fmt.Sprintf("serve takes %d connections concurrently and not %d: that is half of the %d files that "+
			"it "+
			"may open", half, l.connections, files))
		return half
	}
	return l.connections
}

// overhead is what a server takes, in bytes, beside the bodies: keys, buffers
// of connections, what is decoded of bodies that are worked on.
const overhead = 64 << 20

// tuneGC collects a heap of a few MiB less often than Go would, after every
// few dozen requests of 32 KiB: at most five times of it is garbage. In a
// flood the heap is not one of a few MiB, and a limit keeps the garbage below it.
// GOGC and GOMEMLIMIT go before it.
func (l *limits) tuneGC() {
	const percent = 400
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(percent)
	}
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(l.bodies + overhead)
	}
}
