package main
import ("os";"runtime";"runtime/pprof")
func heapProf(name string) { if os.Getenv("GOFACTS_HEAP") == "" { return }; runtime.GC(); f,_ := os.Create(name); pprof.Lookup("heap").WriteTo(f,0); f.Close() }
