package file

import (
	"io/fs"
	"os"
	"time"

	"rekey/shared/store/file/internal/keyfile"
)

// minAge is how old a change of a file must be before its stat can be
// trusted to show the next one: 2 s, the coarsest time stamps there are (FAT;
// ext4, XFS and APFS have 10 ms or less).
const minAge = 2 * time.Second

// stamp recognises a file that has not changed, only by its stat. Equal
// times do not prove it: two changes may fall into one tick of the file
// system's clock, and the second file may get the inode of the one before
// the first. But such a change comes within a tick of the one that was seen.
// So a stamp is believed only if it is marked as trusted when it is taken; until
// then the file is read again, and its bytes decide.
type stamp struct {
	info    fs.FileInfo
	trusted bool
}

func newStamp(f *keyfile.File) stamp {
	// A change time in the future (a clock was set back, or it is another
	// machine's) is not trusted either.
	return stamp{info: f.Info, trusted: f.ReadAt.Sub(changeTime(f.Info)) > minAge}
}

// isOf reports whether info is sure to show the file as the snapshot has it.
// The change time shows what else the stat would not: a new mode, or a write
// by somebody who set the old time of modification again.
func (s *snapshot) isOf(info fs.FileInfo) bool {
	return s != nil && s.trusted &&
		os.SameFile(info, s.info) &&
		info.Size() == s.info.Size() &&
		info.ModTime().Equal(s.info.ModTime()) &&
		changeTime(info).Equal(changeTime(s.info))
}
