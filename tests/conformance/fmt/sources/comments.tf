# top
// second
/* third */

a   = 1 # one
bb  = 2 // two
ccc = 3 /* three */

d = [
  # in list
  1, # first
  22, // second
  /* third */ 333,
] # end
e = { # open
  f  = 1 # f
  gg = 2
  # alone
  h = 3 # h
}
/*
  free
    form
*/
block "x" { # why
  i = 1     # because
}           # so
