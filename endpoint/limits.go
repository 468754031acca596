package endpoint

import "time"

// What one request may cost. docs/security.md lists these numbers.
const (
	// bodyBytes bounds a request's body. A setting value may have 1 MiB; several fit in.
	bodyBytes = 8 << 20
	// drainedBytes is how much of a longer body is thrown away, so that its sender gets to read the rejection.
	drainedBytes = 64 << 20
	// storeBodies is how many bytes of long bodies one store may be sending at once; others of its wait. A body is long
	// from longBody on. bodiesBytes is the memory for all that have arrived and are being answered, in steps of bodyStep
	// and at bodyWeight times their length.
	storeBodies = bodyBytes
	longBody    = 16 << 10
	bodiesBytes = 256 << 20
	bodyStep    = 64 << 10
	bodyWeight  = 4
	// bodyValues and bodyDepth bound the JSON of a body: how many values it has, and how deep they stand. An object
	// takes the memory of several, and counts as such.
	bodyValues   = 1_000_000
	objectValues = 8
	bodyDepth    = 9_990 // the decoder itself goes to 10,000
	// valueBytes is the memory that a value may take, garbage included, valuesBytes the memory for those of all bodies with
	// more than fewValues.
	valueBytes  = 96
	fewValues   = 4 << 10
	valuesBytes = 128 << 20
	// variablesBytes bounds the variables alone.
	variablesBytes = 6 << 20

	// documentTokens bounds a document. Long values belong into variables.
	documentTokens = 50_000
	// The rest is counted with every fragment written out where it is spread. maxSelections counts the fields, spreads
	// and inline fragments of a document, maxDepth the fields above one another, maxDirectives what stands in one place.
	maxSelections = 1_000
	maxDepth      = 20
	maxAliases    = 100
	maxRootFields = 20
	maxDirectives = 8
	maxVariables  = 250
	// MaxCost is how many points an operation may be estimated at.
	MaxCost = 10_000
	// maxQueryCost is how many points it may turn out to cost: lists may be longer than is assumed.
	maxQueryCost = 2 * MaxCost
	// maxMutationCost is how many points the answer of a mutation may cost, which was carried out all the same.
	maxMutationCost = 10 * MaxCost
	// readBytes is how much a query may read of what sellers and partners have written: a preview reads the snapshot and
	// the settings, which have up to 34 MiB together in the store with the longest values. answerBytes is how long an
	// answer may be, answersBytes how much of both all operations together may hold. Each pointBytes cost a point.
	readBytes    = 64 << 20
	answerBytes  = 16 << 20
	answersBytes = 128 << 20
	pointBytes   = 8 << 10
	// answerStep is in what steps budget is taken for what is written.
	answerStep = 256 << 10
	// freeNodes is how many nodes a document may have before to read it costs a point for each nodesAPoint.
	freeNodes   = 200
	nodesAPoint = 4
	// maxErrors and maxMessage bound what is said of a bad request: the number of errors, and the runes of each.
	maxErrors  = 20
	maxMessage = 300

	// operationTime is how long the work on one request may take, signing in included. Every answer is out within 10
	// seconds, a commit in flight included.
	operationTime = 8 * time.Second
	// maxInFlight is how many requests may be in flight at once, callerInFlight how many of them may be one caller's.
	maxInFlight    = 1024
	callerInFlight = 256
	// failedRequestCost is what a request is charged that is rejected only after its body was looked at.
	failedRequestCost = 20
	// maxBuckets is how many callers' buckets there are. One that is forgotten is full again.
	maxBuckets = 100_000

	// documentBytes is how long the text of a document may be that is cached, cacheBytes how long all
	// of them may be together. A document takes many times the memory of its text.
	documentBytes = 16 << 10
	cacheBytes    = 1 << 20
)

// Throttle is how fast a caller may spend points: a leaky bucket.
type Throttle struct {
	Maximum     float64 // points that may be spent at once
	RestoreRate float64 // points that come back in a second
}

// DefaultThrottle lets one caller ask for about what a good part of one processor can answer.
var DefaultThrottle = Throttle{Maximum: 20_000, RestoreRate: 1_000}
