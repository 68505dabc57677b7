package platform

import "bytes"

// lines passes one stream of a process on to the function's log, a whole line
// at a time.
type lines struct {
	f    *Function
	rest []byte // of a line that has not ended
}

func (l *lines) Write(p []byte) (int, error) {
	l.f.logging.Lock()
	defer l.f.logging.Unlock()
	l.rest = append(l.rest, p...)
	for {
		end := bytes.IndexByte(l.rest, '\n')
		if end < 0 {
			return len(p), nil
		}
		l.f.config.Log.Write(l.rest[:end+1])
		l.rest = l.rest[end+1:]
	}
}

// flush ends the line that the process did not.
func (l *lines) flush() {
	l.f.logging.Lock()
	defer l.f.logging.Unlock()
	if len(l.rest) > 0 {
		l.f.config.Log.Write(append(l.rest, '\n'))
		l.rest = nil
	}
}
