// Package pipeline is the way of every operation, whichever face brought it
// and whatever it does:
//
//	admit     the caller is authenticated; the key ids are well-formed; the caller is allowed
//	limit     not too often
//	begin     the recorder may refuse
//	validate  the other fields
//	do        the operation's own few lines
//	end       the recorder sees the call, and may refuse the answer
//
// A rule reads the call and knows no face. Start at Do.
package pipeline
