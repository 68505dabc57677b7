package config

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A setting that names a file is at times given what belongs into the file: a
// passphrase, a key, a whole keyring. So no message repeats a value unless it
// is sure to be a path.

// CheckFile refuses the value of a setting that names a file to read, if it
// may not be repeated: what reads the file says what else is wrong, and names
// it. If it may be the name of a file that is missing, the error wraps
// fs.ErrNotExist.
func CheckFile(setting, path string) error {
	if err := CheckNew(setting, path); err != nil || isThere(path) || isShown(path) {
		return err
	}
	return missingError{setting, path}
}

// missingError is of a file that is missing, if it is one.
type missingError struct{ setting, value string }

func (e missingError) Error() string {
	what, _ := looks(e.value)
	return fmt.Sprintf("%s names no file that is there: the value, %s that look like %s, is not repeated, as it may "+
		"be the secret itself; "+
		"a path is, if it begins with / or ./ and its folder is there",
		e.setting, characters(e.value), what)
}

func (missingError) Is(target error) bool { return target == fs.ErrNotExist }

// CheckInput is CheckFile for what is at times no secret: a name without blanks
// may be repeated.
func CheckInput(setting, path string) error {
	if strings.ContainsFunc(path, unicode.IsSpace) {
		return CheckFile(setting, path)
	}
	return CheckNew(setting, path)
}

// CheckNew refuses the value of a setting that names a file, there or not yet,
// if it holds a secret or if something in it was to be replaced and was not.
func CheckNew(setting, path string) error {
	if isThere(path) {
		return nil
	}
	if err := checkSecret(setting, path); err != nil {
		return err
	}
	if odd := oddity(path); odd != "" {
		return fmt.Errorf("%s %s: give the plain path (%s; no file has exactly this name)", setting, odd,
			characters(path))
	}
	return nil
}

// checkSecret refuses a value that is a secret where none belongs.
func checkSecret(setting, value string) error {
	what, secret := looks(value)
	if !secret {
		return nil
	}
	belongs := "into a file, whose path is given instead"
	if what == iamToken {
		belongs = "into REKEY_IAM_TOKEN, or a program that asks for it"
	}
	return fmt.Errorf("%s has %s that look like %s, which belongs %s", setting, characters(value), what, belongs)
}

func characters(s string) string { return fmt.Sprintf("%d characters", utf8.RuneCountInString(s)) }

// isThere is true as well for a file in a folder that only others may search.
func isThere(path string) bool {
	_, err := os.Lstat(path)
	return err == nil || errors.Is(err, fs.ErrPermission)
}

// isShown reports whether the path of a missing file may be repeated: it begins
// as a path does, and its folder is there.
func isShown(path string) bool {
	if home, err := os.UserHomeDir(); err == nil && strings.HasPrefix(path, "~/") {
		path = filepath.Join(home, path[1:])
	}
	begins := filepath.IsAbs(path) || strings.HasPrefix(path, "./") || strings.HasPrefix(path, "../") ||
		filepath.VolumeName(path) != ""
	if !begins {
		return false
	}
	path = filepath.Clean(path)
	dir := filepath.Dir(path)
	info, err := os.Stat(dir)
	if err != nil && !errors.Is(err, fs.ErrPermission) || err == nil && !info.IsDir() {
		return false
	}
	// Every 64th random key in base64 begins with a slash, and the folder "/"
	// is always there.
	return filepath.Dir(dir) != dir || plainName.MatchString(filepath.Base(path))
}

// plainName is the name of a file or folder in the root folder: base64 has
// capitals, and no dot.
var plainName = regexp.MustCompile(`^([a-z0-9_-]+|[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)+)$`)

// oddity says what in a path was meant for a shell, or is not part of a name.
func oddity(path string) string {
	for _, row := range oddities {
		if at := row.in.FindStringIndex(path); at != nil {
			return fmt.Sprintf(row.what, utf8.RuneCountInString(path[:at[0]])+1)
		}
	}
	if !utf8.ValidString(path) {
		return "is not text in UTF-8"
	}
	return ""
}

var oddities = []struct {
	in   *regexp.Regexp
	what string
}{
	{regexp.MustCompile(`[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]`), "has a control character, number %d"},
	{regexp.MustCompile("^\\s*[\"'`“‘«„]|[\"'`”’»]\\s*$"), "has a quote at character %d"},
	{regexp.MustCompile(`^\s|\s$`), "has a blank at character %d"},
	{regexp.MustCompile(`/$`), "ends with a slash (character %d), as a folder does"},
	{regexp.MustCompile(`^~[^/\\]*([/\\]|$)`), "begins with ~ (character %d), which only a shell replaces with a " +
		"home folder"},
	{regexp.MustCompile(`\$[\pL_{(]`), "has a $ at character %d, and no shell has replaced what follows"},
	{regexp.MustCompile(`%[\pL_][\pL\pN_()]*%`), "has a %% at character %d, and no shell has replaced what follows"},
}
