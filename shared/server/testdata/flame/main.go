// Command flame reads what `go tool pprof -traces` prints and writes a flame
// graph of all that happens below one function, as SVG: the width of a box is
// its share of the time. Boxes under 0.3 % are left out. On standard error it
// says what kinds of work the time went into.
package main

import (
	"bufio"
	"fmt"
	"html"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"time"
)

// kinds are told by how a function's name begins; the first that fits counts.
var kinds = []struct{ name, color, begins string }{
	{"system calls", "#b0b8c4", `(syscall|internal/runtime/syscall|runtime/internal/syscall)\b`},
	{"memory", "#f2a0b5", `runtime\.(mallocgc|gc|growslice|newobject|makeslice|\(\*mcache\))`},
	{"cryptography", "#8fb8f0", `(rekey/shared/aead\.|crypto/)`},
	{"base64", "#9fd8e0", `encoding/base64\.`},
	{"strict JSON", "#f5d76e", `rekey/shared/strictjson\.`},
	{"the rest of rekey", "#f0a860", `rekey/`},
	{"net/http and the net", "#b7d7a0", `(net\b|internal/poll\.)`},
	{"else", "#dddddd", ``},
}

// kindOf is the kind of the lowest function that has one: a leaf such as
// memmove works for those above it. The stack begins with its leaf.
func kindOf(stack ...string) int {
	for _, name := range stack {
		for i, k := range kinds[:len(kinds)-1] {
			if regexp.MustCompile(`^` + k.begins).MatchString(name) {
				return i
			}
		}
	}
	return len(kinds) - 1
}

// node is a function as called by the ones above it.
type node struct {
	time  time.Duration
	calls map[string]*node
}

func (n *node) add(stack []string, t time.Duration) {
	n.time += t
	if len(stack) == 0 {
		return
	}
	name := stack[len(stack)-1]
	if n.calls == nil {
		n.calls = make(map[string]*node)
	}
	if n.calls[name] == nil {
		n.calls[name] = new(node)
	}
	n.calls[name].add(stack[:len(stack)-1], t)
}

// read adds each block of lines (a time and a leaf, and its callers) to a tree
// that begins at the root function, and its time to its kind.
func read(root string) (tree node, spent [8]time.Duration) {
	var stack []string
	var t time.Duration
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		line := strings.TrimSuffix(strings.TrimSpace(lines.Text()), " (inline)")
		first, leaf, _ := strings.Cut(line, " ")
		if took, err := time.ParseDuration(first); err == nil {
			stack, t, line = nil, took, strings.TrimSpace(leaf)
		}
		if stack = append(stack, line); line == root {
			tree.add(stack, t)
			spent[kindOf(stack...)] += t
		}
	}
	return tree, spent
}

const width, row, least = 1200, 17, 0.003 // pixels, pixels, share of the smallest box

// draw puts the calls of n side by side from x on, theirs below them, and
// returns where the lowest ends.
func (n *node) draw(out *strings.Builder, all time.Duration, x float64, y int) int {
	bottom := y
	for _, name := range slices.Sorted(maps.Keys(n.calls)) {
		c, label := n.calls[name], regexp.MustCompile(`\[go\.shape.*`).ReplaceAllString(name, "")
		label = label[strings.LastIndexByte(label, '/')+1:]
		share := float64(c.time) / float64(all)
		if share >= least {
			fmt.Fprintf(out, `<g><title>%s %.1f %%</title><rect x="%.1f" y="%d" width="%.1f" height="%d" fill="%s" `+
				`stroke="#fff"/>`,
				html.EscapeString(label), 100*share, x, y, share*width, row, kinds[kindOf(name)].color)
			if fits := int(share*width/6.7) - 1; fits > 3 {
				fmt.Fprintf(out, `<text x="%.1f" y="%d">%s</text>`, x+3, y+12,
					html.EscapeString(label[:min(fits, len(label))]))
			}
			fmt.Fprintln(out, "</g>")
			bottom = max(bottom, c.draw(out, all, x, y+row))
		}
		x += share * width
	}
	return max(bottom, y)
}

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: flame FUNCTION TITLE < traces > graph.svg")
		os.Exit(2)
	}
	tree, spent := read(os.Args[1])
	var boxes strings.Builder
	height := tree.draw(&boxes, tree.time, 0, row+4)
	fmt.Printf(`<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" font-family="monospace" font-size="11">`+
		"\n"+
		`<rect width="100%%" height="100%%" fill="#fff"/><text x="4" y="13">%s:`, width, height,
		html.EscapeString(os.Args[2]))
	for i, k := range kinds {
		share := 100 * float64(spent[i]) / float64(tree.time)
		fmt.Printf(` <tspan fill="%s">&#9632;</tspan> %s %.0f %%`, k.color, k.name, share)
		fmt.Fprintf(os.Stderr, "%s %.1f %%\n", k.name, share)
	}
	fmt.Printf("</text>\n%s</svg>\n", boxes.String())
}
