package strictjson

import "strings"

// Meant is the one of some names that was probably meant by another, or "":
// the same but for its case and the marks between words, or two letters away
// from it at most; or the only one that it begins, or that begins it.
func Meant(name string, among []string) string {
	const longest = 40 // bytes: of what is longer none is meant
	if len(name) > longest {
		return ""
	}
	name = plainName(name)
	best, least, parts := "", distant(name), 0
	part := ""
	for _, a := range among {
		p := plainName(a)
		if d := distance(name, p); d < least {
			best, least = a, d
		}
		if len(name) > 2 && (strings.HasPrefix(p, name) || strings.HasPrefix(name, p)) {
			part, parts = a, parts+1
		}
	}
	if best == "" && parts == 1 {
		return part
	}
	return best
}

// distant is how many letters a name must be away for another to be meant: a
// short one has few that tell.
func distant(name string) int {
	if len(name) < 5 {
		return 2
	}
	return 3
}

func plainName(s string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune("_- .", r) {
			return -1
		}
		return r
	}, strings.ToLower(s))
}

// distance is how many letters are put in, left out, changed or swapped with
// the next one.
func distance(a, b string) int {
	before, last := make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := range len(a) {
		row := make([]int, len(b)+1)
		row[0] = i + 1
		for j := range len(b) {
			row[j+1] = min(last[j+1]+1, row[j]+1, last[j]+one(a[i] != b[j]))
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
		before, last = last, row
	}
	return last[len(b)]
}

func one(is bool) int {
	if is {
		return 1
	}
	return 0
}

// Guess is what to say of a name that is none of those that there are: which
// one is meant, unless that is empty, and all of them.
func Guess(meant string, names []string) string {
	all := names[0]
	if last := len(names) - 1; last > 0 {
		all = strings.Join(names[:last], ", ") + " and " + names[last]
	}
	if meant == "" {
		return "the fields are " + all
	}
	return "did you mean " + meant + "? The fields are " + all
}
