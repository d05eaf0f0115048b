package main
import ("errors"
  "fmt")

type pot struct { name string; lid   bool }

func  open( name string )( *pot,error ) {
    if name=="" { return nil , errors.New( "no pot" ) }
    fmt.Println( "open",name )
    return &pot{ name:name },nil
}

func (p *pot) stir() { fmt.Println("stir",p.name,p.lid) }
func (p *pot) Close() { p.lid=true ; fmt.Println("~ lid on",p.name) }

func cook( names ...string )  error {
    for _ , name:=range names  {
        if err := func() error {
            p,err := open( name )
            if err!=nil { return err }
            defer   p.Close()
            p.stir( )
            if name=="soup"  {
                return errors.New( "too hot" )
            }
            return nil
        }(); err != nil {
            return err
        }
    }
    return   nil
}

func main( ) {
    fmt.Println( cook( "rice","beans" ) )
    fmt.Println( cook( "rice","soup" ,"beans" ) )
    fmt.Println( cook( "rice","" ) )
}
