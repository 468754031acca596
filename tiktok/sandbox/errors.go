package sandbox

import (
	"net/http"
	"strconv"
)

// Codes of answers, as they are known of the platform, but for three that nothing is known of: what an unknown path, a
// body that is none and an authorization code that is none are answered with.
const (
	codeShopNotOfToken  = 101000
	codeTokenExpired    = 105002
	codeSignature       = 106001
	codeCipher          = 106013
	codeRefreshExpired  = 36004001
	codeAuthCode        = 36004004
	codeNoAuthorization = 36004005
	codeRateLimited     = 36009002
	codeInternal        = 36009003
	codeParameter       = 36009004
	codeNoSuchPath      = 36009009
	codeBody            = 36009010
	codeRefused         = 36009011 // on demand
	codeShopDeactivated = 36009043
)

// problem is why a call was not carried out.
type problem struct {
	status  int
	code    int
	message string
}

func refuse(code int, message string) *problem {
	status := http.StatusOK
	if code == codeTokenExpired {
		status = http.StatusUnauthorized
	}
	return &problem{status, code, message}
}

// outcome is what the list of calls says.
func (p *problem) outcome() string { return strconv.Itoa(p.code) }

func invalid(parameter string) *problem { return refuse(codeParameter, "Invalid "+parameter) }
