// Package config reads the environment, once, into a Config that is checked
// as a whole. The README's list of variables is made from the tags of
// Config; run `go test ./shared/config -update` after changing them.
package config
