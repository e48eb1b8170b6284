# hold-socket.pl PORT PIDFILE COMMAND...: what systemd does for smartmarket.socket. Listens on 127.0.0.1:PORT, passes the
# socket to COMMAND (LISTEN_FDS), starts it again each time it ends; the socket stays open in between.
use strict;
use warnings;
use POSIX ();
use Socket;

my ($port, $pidfile, @command) = @ARGV;
socket(my $socket, PF_INET, SOCK_STREAM, 0) or die "socket: $!";
setsockopt($socket, SOL_SOCKET, SO_REUSEADDR, 1);
setsockopt($socket, Socket::IPPROTO_TCP(), 9, 5);    # TCP_DEFER_ACCEPT, as DeferAcceptSec=5 of the unit
bind($socket, sockaddr_in($port, INADDR_LOOPBACK)) or die "bind: $!";
listen($socket, 1024) or die "listen: $!";
POSIX::dup2(fileno($socket), 3) if fileno($socket) != 3;
$^F = 3;    # fd 3 is kept by exec

my $child = 0;
my $ended = 0;
$SIG{TERM} = $SIG{INT} = sub { $ended = 1; kill 'TERM', $child if $child };
until ($ended) {
    $child = fork() // die "fork: $!";
    if ($child == 0) {
        fcntl($socket, POSIX::F_SETFD(), 0) if fileno($socket) == 3;
        @ENV{qw(LISTEN_FDS LISTEN_PID)} = (1, $$);
        $SIG{TERM} = $SIG{INT} = 'DEFAULT';
        exec @command or POSIX::_exit(127);
    }
    open(my $file, '>', "$pidfile.new") or die "$pidfile: $!";
    print $file $child;
    close $file;
    rename "$pidfile.new", $pidfile;
    waitpid($child, 0);
}
