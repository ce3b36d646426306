# The live line on a terminal: it counts, leaves the lines above it whole, survives a narrower window and an
# interrupt, and is gone at the end; without a terminal that can do it, or with -no-progress, it never comes.
. "$SCENARIO_LIB"
need python3
{ mock_config 24 300; echo 'resource "terraform_data" "y" { input = mock_object.x[0].id }'; } >main.tf
cat >watch.py <<'PY'
"""Runs the program in a pseudo-terminal, and keeps what the screen showed after each piece of output."""
import fcntl, os, pty, select, signal, struct, sys, termios, time

class Screen:
    """As much of a terminal as the program uses: new lines, carriage return, cursor up, erase below, wrapping."""
    def __init__(self, width):
        self.lines, self.row, self.column, self.width = [""], 0, 0, width

    def put(self, text):
        position = 0
        while position < len(text):
            character = text[position]
            position += 1
            if character == "\r":
                self.column = 0
            elif character == "\n":
                self.row, self.column = self.row + 1, 0
            elif character == "\033":
                end = position + 1
                while not text[end].isalpha():
                    end += 1
                number, letter = text[position + 1:end], text[end]
                position = end + 1
                if letter == "A":
                    self.row -= int(number or 1)
                elif letter == "J":
                    self.lines = self.lines[: self.row + 1]
                    self.lines[self.row] = self.lines[self.row][: self.column]
                elif letter != "m":
                    sys.exit("unknown escape %r" % letter)
            else:
                if self.column == self.width:
                    self.row, self.column = self.row + 1, 0
                while len(self.lines) <= self.row:
                    self.lines.append("")
                line = self.lines[self.row].ljust(self.column)
                self.lines[self.row] = line[: self.column] + character + line[self.column + 1:]
                self.column += 1
            while len(self.lines) <= self.row:
                self.lines.append("")

def set_width(fd, width):
    fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", 50, width, 0, 0))

def watch(arguments, term="xterm", width=100, on_bar=None):
    pid, fd = pty.fork()
    if pid == 0:
        os.environ["TERM"] = term
        set_width(0, width)
        os.execvp(os.environ["PARTERRE"], ["parterre"] + arguments)
    screen, frames, end = Screen(width), [], time.monotonic() + 60
    while True:
        if not select.select([fd], [], [], max(0, end - time.monotonic()))[0]:
            sys.exit("it did not end")
        try:
            piece = os.read(fd, 65536).decode()
        except OSError:
            piece = ""
        if not piece:
            break
        screen.put(piece)
        last = [line for line in screen.lines if line][-1:] or [""]
        frames.append(last[0])
        if on_bar and " of 2" in last[0] and "[" in last[0]:
            on_bar(pid, fd, screen)
            on_bar = None
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), frames, screen.lines

def expect(true, what, *details):
    if not true:
        sys.exit("%s: %r" % (what, details))

def bars(frames):
    return [frame for frame in frames if frame.startswith(("Applying ", "Refreshing ", "Planning "))]

apply = ["apply", "-auto-approve", "-no-color", "-parallelism=2"]
code, frames, lines = watch(apply)
expect(code == 0, "apply failed", lines)
seen = bars(frames)
expect(len(seen) > 3, "no bar", frames[-5:])
expect(all("of 25" in bar and len(bar) < 100 for bar in seen), "counts", seen)
expect(any("2 running" in bar and "waiting" in bar and "/s" in bar for bar in seen), "parts", seen)
done = [int(bar.split("] ")[1].split(" ")[0]) for bar in seen]
expect(done == sorted(done), "counts go back", done)
whole = [line for line in lines if line.endswith("]") and "Creation complete after" in line]
expect(len(whole) == 25, "lines above the bar", lines)
expect(not bars(lines), "the bar is still there", lines)
expect(any("Apply complete! Resources: 25 added" in line for line in lines), "no end", lines)

code, frames, lines = watch(["destroy", "-auto-approve", "-no-color", "-parallelism=2"], term="dumb")
expect(code == 0 and not bars(frames), "a bar on a dumb terminal", code, bars(frames))
code, frames, lines = watch(apply + ["-no-progress"])
expect(code == 0 and not bars(frames), "a bar despite -no-progress", code, bars(frames))

def narrow(pid, fd, screen):
    set_width(fd, 60)
    screen.width = 60
    # What stood on one line is two now, as terminals do it.
    line = screen.lines[screen.row]
    screen.lines[screen.row:] = [line[start:start + 60] for start in range(0, len(line), 60)]
    screen.row, screen.column = len(screen.lines) - 1, len(screen.lines[-1])

code, frames, lines = watch(["destroy", "-auto-approve", "-no-color", "-parallelism=2"], on_bar=narrow)
expect(code == 0 and not bars(lines), "rests of a wider line", code, lines)
expect(any(len(bar) < 60 for bar in bars(frames)), "never became narrower", bars(frames))

code, frames, lines = watch(apply, on_bar=lambda pid, fd, screen: os.kill(pid, signal.SIGINT))
expect(code == 1, "exit code after an interrupt", code, lines)
expect(any(line == "Interrupt received." for line in lines), "the notice is not whole", lines)
expect(not bars(lines), "the bar is still there after an interrupt", lines)
PY
run 0 python3 watch.py
run 0 "$PARTERRE" destroy -auto-approve
lacks "Applying ["
