package endpoint

import "time"

// What one request may cost. docs/security.md lists these numbers.
const (
	// bodyBytes bounds a request's body. A setting value may have 1 MiB; several fit in.
	bodyBytes = 8 << 20
	// drainedBytes is how much beyond that is thrown away of a longer body, so that most senders get to read the rejection.
	drainedBytes = 1 << 20
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
	// more than fewValues, and storeValues how much of it bodies of one store may hold: what one alone may take.
	valueBytes  = 96
	fewValues   = 4 << 10
	valuesBytes = 128 << 20
	storeValues = bodyValues * valueBytes
	// valuesAPoint is how many values beyond fewValues cost a point.
	valuesAPoint = 1 << 10
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
	// readBytes is how much an operation may read for its answer of what sellers and partners have written: a preview reads the
	// snapshot and the settings, which have up to 34 MiB together in the store with the longest values. A row counts as its text and
	// rowBytes, because many rows without a text take memory, too. answerBytes is how long an answer may be, answersBytes how much of
	// both all operations together may hold. Each pointBytes of text cost a point, those of a request's body included.
	readBytes    = 64 << 20
	rowBytes     = 256
	answerBytes  = 16 << 20
	answersBytes = 128 << 20
	// storeAnswers is how much of that operations of one store may hold: what one alone may take, with an answer that is stored beside the
	// one that is sent. storeEvents is the same of eventsBytes.
	storeAnswers = readBytes + 2*answerBytes
	storeEvents  = eventsBytes / 2
	pointBytes   = 8 << 10
	// rowsAPoint is how many rows cost a point that are read and no part of the answer: a mutation needs them to write, or a filter has
	// left them out.
	rowsAPoint = 128
	// drawStep is in what steps points are taken for what an operation uses beyond its estimate, while it does.
	drawStep = 64
	// answerStep is in what steps budget is taken for what is written.
	answerStep = 256 << 10
	// storeStreams is how many streams of one store may be open at once, maxStreams how many in all. subscriptionBytes is how long a
	// document may be with its variables that is held for as long as its stream lasts.
	storeStreams      = 1_024
	maxStreams        = 4_096
	subscriptionBytes = 8 << 10
	// eventsBytes is the memory for what all streams read and write, in steps of eventStep. It is apart from answersBytes: who
	// subscribes hinders nobody who asks. An event is sent in pieces of pieceBytes, and may take wholeWrites times as long as one.
	eventsBytes = 96 << 20
	eventStep   = 16 << 10
	pieceBytes  = 64 << 10
	wholeWrites = 6
	// streamRetry is how long a client should wait when there are too many streams of its store, minPayWait and maxPayWait how long a
	// stream waits before it looks again whether there is something to spend, recheckTime how long it may take to sign in again.
	streamRetry = 10 * time.Second
	minPayWait  = 10 * time.Millisecond
	maxPayWait  = time.Second
	recheckTime = 2 * time.Second
	// freeNodes is how many nodes a document may have before to read it costs a point for each nodesAPoint.
	freeNodes   = 200
	nodesAPoint = 4
	// maxErrors and maxMessage bound what is said of a bad request: the number of errors, and the runes of each.
	maxErrors  = 20
	maxMessage = 300
	// errorBytes is the memory that one error of a field may take, with its text; an answer's first maxErrors are not counted.
	errorBytes = 2 << 10

	// operationTime is how long the work on one request may take, signing in included. Every answer is out within 10
	// seconds, a commit in flight included.
	operationTime = 8 * time.Second
	// signInAge is how long ago who is calling may have been found when the body is there; then it is looked at again.
	signInAge = time.Second
	// maxSignIns is how many requests may be signed in at once, credentialSignIns how many of them with one credential; others wait.
	maxSignIns        = 4096
	credentialSignIns = 4
	// answerPieceTime is how long a client may take for pieceBytes of an answer, which holds memory until it is read, answerTime for all of
	// it.
	answerPieceTime = 5 * time.Second
	answerTime      = 50 * time.Second
	// maxInFlight is how many requests may be in flight at once, storeInFlight how many of them may be one store's, and callerInFlight
	// one caller's.
	maxInFlight    = 1024
	storeInFlight  = 512
	callerInFlight = 256
	// maxArriving, storeArriving and callerArriving are the same of requests whose bodies are on their way.
	maxArriving    = 4096
	storeArriving  = 256
	callerArriving = 128
	// minPause and maxPause are how long a refusal is kept back that tells a client to slow down, storePaused how many of one store's callers
	// are at once, maxPaused of all stores', and strangersPaused of those of whom it is not known who they are. freeRefusals are how many a
	// second are told at once of those that cost no points.
	minPause        = 250 * time.Millisecond
	maxPause        = time.Second
	storePaused     = 512
	maxPaused       = 4096
	strangersPaused = 1024
	freeRefusals    = 200
	// maxWait is how long who has nothing to spend is told to wait at most.
	maxWait = 24 * time.Hour
	// storeBuckets is how many times as much as one caller all callers of a store together may spend, however many keys it has.
	storeBuckets = 4
	// failedRequestCost is what a request is charged that is rejected only after its body was looked at.
	failedRequestCost = 20
	// maxBuckets is how many callers' buckets there are, and how many stores'. One that is forgotten is full again.
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

// defaultStreamTimes are short enough for proxies, which close connections that are silent for a minute or less.
var defaultStreamTimes = streamTimes{heartbeat: 15 * time.Second, recheck: time.Minute, write: 10 * time.Second}

// streamTimes are how streams pass the time.
type streamTimes struct {
	heartbeat time.Duration // between signs of life
	recheck   time.Duration // between looks whether the caller may still sign in
	write     time.Duration // that a reader may take for a piece
}
