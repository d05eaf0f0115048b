" The findings in the quickfix list: `:compiler defermod`, then `:make` or `:make %`.
if exists("current_compiler")
  finish
endif
let current_compiler = "defermod"

CompilerSet makeprg=defermod\ check\ --output-format\ concise
CompilerSet errorformat=%f:%l:%c:\ %m
