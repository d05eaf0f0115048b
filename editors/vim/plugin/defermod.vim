" :DefermodFix applies the safe fixes to the buffer, saved or not; with a range, only those of defers on its lines.
" Nothing is changed when something goes wrong.
if exists("g:loaded_defermod")
  finish
endif
let g:loaded_defermod = 1

command! -bar -range=% DefermodFix call s:Fix(<line1>, <line2>)

function! s:Fix(first, last) abort
  let l:before = getline(1, "$")
  let l:file = empty(expand("%")) ? "buffer.go" : expand("%:p")
  let l:errors = tempname()
  let l:command = "defermod fix - --stdin-filename " . shellescape(l:file)
        \ . " --lines " . a:first . "-" . a:last . " 2>" . shellescape(l:errors)
  let l:after = systemlist(l:command, l:before)
  let l:said = filereadable(l:errors) ? readfile(l:errors) : []
  call delete(l:errors)
  if v:shell_error
    echohl ErrorMsg | echo join(l:said, "\n") | echohl None
    return
  endif
  if l:after !=# l:before
    let l:view = winsaveview()
    call setline(1, l:after)
    if len(l:after) < line("$")
      call deletebufline("%", len(l:after) + 1, "$")
    endif
    call winrestview(l:view)
  endif
  echo empty(l:said) ? "" : l:said[-1]
endfunction
