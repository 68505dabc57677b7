package inspect

import (
	"rekey/shared/ciphertext"
	"rekey/shared/key"
)

// document is a report as a document. What is not known is left out; sizes
// are in bytes.
type document struct {
	Verdict    string        `json:"verdict"` // intact, damaged, foreign or unknown
	FoundIn    []string      `json:"foundIn,omitzero"`
	Format     string        `json:"format,omitzero"`
	Algorithm  string        `json:"algorithm,omitzero"`
	KeyID      key.ID        `json:"keyId,omitzero"`
	VersionID  key.VersionID `json:"versionId,omitzero"`
	HeaderSize int           `json:"headerSize,omitzero"`
	BodySize   *int          `json:"bodySize,omitzero"` // 0 is a size
	TotalSize  *int          `json:"totalSize,omitzero"`
	Problem    *problem      `json:"problem,omitzero"`
	Advice     string        `json:"advice,omitzero"`
	Note       string        `json:"note,omitzero"`
}

type problem struct {
	Field   string `json:"field,omitzero"`
	Offset  *int   `json:"offset,omitzero"`
	Missing int    `json:"missing,omitzero"` // at least
	Message string `json:"message"`
}

func reportDocument(r ciphertext.Report) document {
	d := document{Verdict: r.Verdict.String(), FoundIn: r.Layers, KeyID: r.KeyID, VersionID: r.VersionID,
		HeaderSize: r.Header, Note: r.Note}
	if r.Algorithm != 0 {
		d.Algorithm = r.Algorithm.String()
	}
	if r.Total <= ciphertext.MaxInspect {
		d.TotalSize = &r.Total
	}
	if r.Blob != nil {
		d.BodySize = &r.Body
	}
	switch r.Verdict {
	case ciphertext.Intact:
		d.Format = "RKY1"
	case ciphertext.Damaged:
		d.Format = "RKY1"
		d.Problem = &problem{r.Damage.Field, &r.Damage.Offset, r.Damage.Missing, r.Damage.String()}
	case ciphertext.Alien:
		d.Format, d.Advice = r.Foreign.Name, r.Foreign.Advice
	case ciphertext.Unknown:
		d.Problem = &problem{Message: r.Damage.Problem}
	}
	return d
}
