package db

import (
	"strings"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"

	"github.com/handback/handback/models"
)

// foldName is the same for all names that people cannot tell apart: whatever the case, the way accents are written, the
// width of letters, the sort and number of spaces, and what cannot be seen. It is Unicode's compatibility caseless matching
// (definition D146), with the spaces made one.
//
// It stands here because models has the standard library only, which knows neither; what is done with it, models says.
func foldName(name string) string {
	canonical := norm.NFD.String(models.WithoutInvisible(name))
	folded := norm.NFKD.String(cases.Fold().String(norm.NFKD.String(cases.Fold().String(canonical))))
	return strings.Join(strings.Fields(folded), " ")
}
