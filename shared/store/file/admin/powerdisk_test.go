package admin

import (
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"rekey/shared/folder"
)

// op is one thing that a disk was asked to do, with the name of the file.
type op struct {
	kind string // create, write, sync, rename, link, remove
	name string
	to   string // of a rename, a link
	data []byte // of a write
}

// recorder is a disk that works and takes notes.
type recorder struct{ ops []op }

func (r *recorder) disk() disk {
	note := func(o op) { r.ops = append(r.ops, o) }
	return disk{
		create: func(d *folder.Folder, prefix string, like fs.FileInfo, mode fs.FileMode) (string, *os.File, error) {
			name, f, err := realDisk.create(d, prefix, like, mode)
			if err == nil {
				note(op{kind: "create", name: f.Name()})
			}
			return name, f, err
		},
		write: func(f *os.File, b []byte) error {
			note(op{kind: "write", name: f.Name(), data: slices.Clone(b)})
			return realDisk.write(f, b)
		},
		sync: func(f *os.File) error { note(op{kind: "sync", name: f.Name()}); return realDisk.sync(f) },
		rename: func(d *folder.Folder, from, to string) error {
			note(op{kind: "rename", name: d.Path(from), to: d.Path(to)})
			return realDisk.rename(d, from, to)
		},
		link: func(d *folder.Folder, from, to string) error {
			note(op{kind: "link", name: d.Path(from), to: d.Path(to)})
			return realDisk.link(d, from, to)
		},
		remove: func(d *folder.Folder, name string) error {
			note(op{kind: "remove", name: d.Path(name)})
			return realDisk.remove(d, name)
		},
	}
}

// kinds is what was done, in short.
func (r *recorder) kinds() []string {
	var kinds []string
	for _, o := range r.ops {
		kinds = append(kinds, o.kind)
	}
	return kinds
}

// inode is a file without its name: what was written to it, and how much of
// that is surely on the disk.
type inode struct {
	data   []byte
	synced int
}

// entry is a change of one folder that the disk may or may not have made yet:
// the name is this inode's from then on, or nobody's, and from is free.
type entry struct {
	name, from string
	file       *inode
}

// powerDisk is one folder on a disk that keeps no order: before a sync of the
// folder any of its changes may be lost, before a sync of a file any end of
// what was written to it.
type powerDisk struct {
	dir     string
	names   map[string]*inode // as the programs see it
	durable map[string]*inode // as after the last sync of the folder
	pending []entry
}

// newPowerDisk has what is in a folder now, safe on the disk.
func newPowerDisk(t *testing.T, dir string) *powerDisk {
	t.Helper()
	all, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	d := &powerDisk{dir: dir, names: map[string]*inode{}}
	for _, e := range all {
		name := filepath.Join(dir, e.Name())
		data := mustRead(t, name)
		d.names[name] = &inode{data, len(data)}
	}
	d.durable = maps.Clone(d.names)
	return d
}

// do follows one operation.
func (d *powerDisk) do(o op) {
	switch {
	case o.kind == "create":
		d.change(entry{name: o.name, file: &inode{}})
	case o.kind == "write":
		d.names[o.name].data = append(d.names[o.name].data, o.data...)
	case o.kind == "sync" && o.name == d.dir:
		d.durable, d.pending = maps.Clone(d.names), nil
	case o.kind == "sync":
		d.names[o.name].synced = len(d.names[o.name].data)
	case o.kind == "rename":
		d.change(entry{name: o.to, from: o.name, file: d.names[o.name]})
	case o.kind == "link":
		d.change(entry{name: o.to, file: d.names[o.name]})
	case o.kind == "remove":
		d.change(entry{name: o.name})
	}
}

func (d *powerDisk) change(e entry) {
	e.apply(d.names)
	d.pending = append(d.pending, e)
}

func (e entry) apply(names map[string]*inode) {
	delete(names, e.from)
	if names[e.name] = e.file; e.file == nil {
		delete(names, e.name)
	}
}

// afterwards calls f with everything that the folder may hold if the power
// fails now: names and contents.
func (d *powerDisk) afterwards(f func(map[string][]byte)) {
	for lost := range 1 << len(d.pending) { // a bit for each pending change
		names := maps.Clone(d.durable)
		for i, e := range d.pending {
			if lost>>i&1 == 0 {
				e.apply(names)
			}
		}
		for _, cut := range []string{"nothing", "half", "everything", "zeros"} {
			f(contents(names, cut))
		}
	}
}

// contents is what is in files of which everything, half or nothing that was
// not synced is lost, or has become zeros: its blocks were given and not yet
// written.
func contents(names map[string]*inode, lost string) map[string][]byte {
	all := map[string][]byte{}
	for name, file := range names {
		data, loose := slices.Clone(file.data), len(file.data)-file.synced
		switch lost {
		case "everything":
			data = data[:file.synced]
		case "half":
			data = data[:file.synced+loose/2]
		case "zeros":
			clear(data[file.synced:])
		}
		all[name] = data
	}
	return all
}
