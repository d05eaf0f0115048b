package main

// The codes of hazards and the names of assumptions: those of defermod/codes.py, which explains them.

const (
	bodyRecovers     = "body-recovers"
	callerFrame      = "caller-frame"
	changesWorld     = "changes-world"
	endsEarly        = "ends-early"
	escapesIteration = "escapes-iteration"
	flushesEarly     = "flushes"
	heldForLater     = "held-for-later"
	readsOuter       = "reads-outer"
	readsResult      = "reads-result"
	recoversPanic    = "recovers"
	effectUnknown    = "unknown-effect"
	unknownRelease   = "unknown-release"
	waitsOrSignals   = "waits-or-signals"
	writesOuter      = "writes-outer"
	writesResult     = "writes-result"
)

const (
	diagnosticOutput = "diagnostic-output"
	distinctFiles    = "distinct-files"
	operandNotKept   = "operand-not-kept"
	ownedResult      = "owned-result"
	peerIndifferent  = "peer-indifferent"
	poolIndifferent  = "pool-indifferent"
	releaseReturns   = "release-returns"
	stackTraces      = "stack-traces"
	stringerContract = "stringer-contract"
	temporaryName    = "temporary-name"
	testFailure      = "test-failure"
)
