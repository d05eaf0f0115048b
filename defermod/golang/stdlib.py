"""Functions of the standard library that neither panic nor call back, by the names that facts give them."""

_LOCKS = frozenset({"Mutex", "RWMutex"})
HARMLESS = (
    frozenset(f"(*sync.{lock}).{name}" for lock in _LOCKS for name in ("Lock", "Unlock", "TryLock"))
    | frozenset(f"(*sync.RWMutex).{name}" for name in ("RLock", "RUnlock", "TryRLock"))
    | frozenset(f"(*sync/atomic.{t}).{m}"
                for t in ("Int32", "Int64", "Uint32", "Uint64", "Uintptr", "Bool", "Pointer")
                for m in ("Add", "And", "CompareAndSwap", "Load", "Or", "Store", "Swap"))
    | frozenset(f"(time.Time).{m}"
                for m in ("Add", "After", "Before", "Compare", "Equal", "IsZero", "Sub", "Unix", "UnixMilli",
                          "UnixNano", "UTC"))
    | frozenset(f"(time.Duration).{m}" for m in ("Hours", "Milliseconds", "Minutes", "Nanoseconds", "Seconds"))
    | frozenset({"errors.New", "time.Now", "time.Since", "time.Until"})
    | frozenset(f"strings.{f}" for f in ("Compare", "Contains", "EqualFold", "HasPrefix", "HasSuffix", "Index",
                                         "IndexByte", "ToLower", "ToUpper", "TrimPrefix", "TrimSpace", "TrimSuffix"))
    | frozenset({"strconv.Itoa", "strconv.Quote", "strconv.FormatBool"})
    | frozenset(f"math.{f}" for f in ("Abs", "Ceil", "Floor", "Inf", "IsInf", "IsNaN", "Max", "Min", "NaN", "Pow",
                                      "Round", "Sqrt", "Trunc"))
)  # fmt: skip
"""Functions and methods, as facts name them, that neither panic nor call back.  Misusing a lock is a fatal error,
not a panic.  The receiver is another matter: it is looked at like any operand."""
UNLOCKS = frozenset({"(*sync.Mutex).Unlock", "(*sync.RWMutex).Unlock", "(*sync.RWMutex).RUnlock"})
