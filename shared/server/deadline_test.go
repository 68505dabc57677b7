package server

import (
	"errors"
	"io"
	"net"
	"os"
	"testing"
	"time"
)

// patientPair is a connection of a patient listener, its other end, and how
// often each timer was set.
func patientPair(t *testing.T) (c *patientConn, client net.Conn, reads, writes *int) {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	if client, err = net.Dial("tcp", ln.Addr().String()); err != nil {
		t.Fatal(err)
	}
	server, err := patient{ln}.Accept()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { client.Close(); server.Close() })
	c, reads, writes = server.(*patientConn), new(int), new(int)
	counted := func(n *int, arm func(time.Time) error) func(time.Time) error {
		return func(t time.Time) error { *n++; return arm(t) }
	}
	c.read.arm, c.write.arm = counted(reads, c.read.arm), counted(writes, c.write.arm)
	return c, client, reads, writes
}

// mustEnd reads until the deadline, which must come after at least that long.
func mustEnd(t *testing.T, name string, start time.Time, least time.Duration, io func([]byte) (int, error)) {
	t.Helper()
	_, err := io(make([]byte, 1<<20))
	if took := time.Since(start); !errors.Is(err, os.ErrDeadlineExceeded) || took < least {
		t.Errorf("%s: got %v after %v, want its deadline after %v", name, err, took, least)
	}
}

// TestPatient: whatever deadlines are set, in whatever order, the last one
// counts, exactly.
func TestPatient(t *testing.T) {
	const ms = time.Millisecond
	for name, row := range map[string][]time.Duration{ // 0 takes the deadline away, negative ones have passed
		"one":                  {60 * ms},
		"later ones":           {20 * ms, 40 * ms, 80 * ms},
		"an earlier one":       {time.Hour, 50 * ms},
		"up and down":          {20 * ms, time.Hour, 90 * ms},
		"taken away and given": {20 * ms, 0, 60 * ms},
		"passed":               {time.Hour, -time.Hour},
		"passed and given":     {time.Hour, -time.Hour, 0, 60 * ms},
	} {
		for side, of := range map[string]func(*patientConn) (func(time.Time) error, func([]byte) (int, error)){
			"read": func(c *patientConn) (func(time.Time) error, func([]byte) (int, error)) {
				return c.SetReadDeadline, c.Read
			},
			"write": func(c *patientConn) (func(time.Time) error, func([]byte) (int, error)) {
				return c.SetWriteDeadline, func(b []byte) (n int, err error) {
					for err == nil { // until nothing more fits into the kernel's buffers
						n, err = c.Write(b)
					}
					return n, err
				}
			},
		} {
			t.Run(name+", "+side, func(t *testing.T) {
				t.Parallel()
				c, _, _, _ := patientPair(t)
				set, use := of(c)
				start := time.Now()
				for _, d := range row {
					var at time.Time
					if d != 0 {
						at = start.Add(d)
					}
					if err := set(at); err != nil {
						t.Fatal(err)
					}
				}
				last := row[len(row)-1]
				mustEnd(t, name, start, last, use)
				mustEnd(t, "once more", start, last, use) // until another is set
				if set(start.Add(last + 100*ms)); last > 0 {
					mustEnd(t, "set again", start, last+100*ms, use)
				}
			})
		}
	}
}

// TestPatientInTime: a deadline that comes while a read waits ends it.
func TestPatientInTime(t *testing.T) {
	c, _, _, _ := patientPair(t)
	c.SetReadDeadline(time.Now().Add(time.Hour))
	time.AfterFunc(50*time.Millisecond, func() { c.SetReadDeadline(time.Unix(1, 0)) })
	mustEnd(t, "aborted", time.Now(), 0, c.Read)
}

// TestPatientSpares: deadlines as net/http gives them set few timers, and a
// timer that has become too early loses no byte.
func TestPatientSpares(t *testing.T) {
	c, client, reads, writes := patientPair(t)
	const rounds = 1000
	go func() {
		for range rounds {
			client.Write([]byte("ask"))
			io.ReadFull(client, make([]byte, 6))
		}
	}()
	for i := range rounds {
		wait := 20 * time.Millisecond // a few timers fire on the way
		c.SetReadDeadline(time.Now().Add(wait))
		c.SetWriteDeadline(time.Now().Add(wait))
		if i%100 == 0 {
			time.Sleep(wait / 2)
		}
		c.SetReadDeadline(time.Now().Add(1000 * wait))
		c.SetWriteDeadline(time.Now().Add(1000 * wait))
		if i%100 == 0 {
			time.Sleep(wait)
		}
		if _, err := io.ReadFull(c, make([]byte, 3)); err != nil {
			t.Fatal(err)
		}
		if n, err := c.Write([]byte("answer")); n != 6 || err != nil {
			t.Fatal(n, err)
		}
	}
	if *reads > rounds/2 || *writes > rounds/2 {
		t.Errorf("of %d rounds: %d timers to read and %d to write", rounds, *reads, *writes)
	}
}

// TestPatientWritesOn: a timer in the midst of a long write neither ends it
// nor repeats a byte.
func TestPatientWritesOn(t *testing.T) {
	c, client, _, _ := patientPair(t)
	sent := make([]byte, 32<<20)
	for i := range sent {
		sent[i] = byte(i >> 8)
	}
	c.SetWriteDeadline(time.Now().Add(30 * time.Millisecond))
	c.SetWriteDeadline(time.Now().Add(time.Minute))
	go func() {
		defer c.CloseWrite()
		if n, err := c.Write(sent); n != len(sent) || err != nil {
			t.Errorf("wrote %d bytes: %v", n, err)
		}
	}()
	time.Sleep(90 * time.Millisecond)
	got, err := io.ReadAll(client)
	if err != nil || string(got) != string(sent) {
		t.Errorf("%d bytes of %d came, %v", len(got), len(sent), err)
	}
}
