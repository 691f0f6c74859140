"""Command line: the commands, the options that all of them share, and how they fail."""

import argparse
import importlib
import os
import signal
import sys

from ops.errors import Failure

# Name on the command line -> module in ops.commands, in the order in which --help lists them.
COMMANDS = {
    "up": "up",
    "down": "down",
    "status": "status",
    "test": "test",
    "sim": "sim",
    "fuzz": "fuzz",
    "import": "import_",
    "drill": "drill",
    "book": "book",
    "stock": "stock",
}


def port_number(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"'{text}' is no port number") from None


class _Parser(argparse.ArgumentParser):
    """An argument parser whose errors look like all others."""

    def error(self, message):
        raise Failure(message, "the command line", f"see '{self.prog} --help'", status=2)


def _shared(parser: argparse.ArgumentParser) -> None:
    """Adds the options of every command, also to the actions of a command that has some."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for below in action.choices.values():
                _shared(below)
    # SUPPRESS: an option given before the command's name must survive the command's own defaults.
    group = parser.add_argument_group("options of every command, before or after its name")
    group.add_argument(
        "--port", type=port_number, metavar="N", default=argparse.SUPPRESS,
        help="base port, from which all ports and addresses follow (default: 8080)",
    )
    group.add_argument(
        "--home", metavar="DIR", default=argparse.SUPPRESS,
        help="folder of the shop's data and logs (default: .perpetua/ in the repository)",
    )
    group.add_argument(
        "--json", action="store_true", default=argparse.SUPPRESS,
        help="answer with one JSON object on standard output",
    )
    group.add_argument(
        "--yes", action="store_true", default=argparse.SUPPRESS,
        help="install missing packages without asking",
    )


def build_parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="./perpetua", allow_abbrev=False,
        description="Perpetua: a bookstore served from several regions at once.",
        epilog="'./perpetua up' starts the shop; './perpetua COMMAND --help' tells about a command.",
    )
    _shared(parser)
    commands = parser.add_subparsers(
        title="commands", metavar="COMMAND", dest="command", parser_class=_Parser
    )
    for name, module_name in COMMANDS.items():
        module = importlib.import_module(f"ops.commands.{module_name}")
        command = commands.add_parser(
            name, help=module.SUMMARY, description=module.DESCRIPTION, allow_abbrev=False,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        module.arguments(command)
        _shared(command)
        command.set_defaults(run=module.run)
    return parser


def main(arguments: list[str]) -> int:
    # SIGTERM, and SIGHUP of a terminal that is gone, unwind like Ctrl-C, so that what a command has
    # begun is cleaned up either way; nohup still holds.
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, _interrupt)
    try:
        parser = build_parser()
        options = parser.parse_args(arguments)
        if options.command is None:
            parser.print_help()
            return 2
        for name, default in (("port", 8080), ("home", None), ("json", False), ("yes", False)):
            setattr(options, name, getattr(options, name, default))
        return options.run(options) or 0
    except Failure as failure:
        _report(failure)
        return failure.status
    except KeyboardInterrupt:
        print("perpetua: interrupted", file=sys.stderr)
        return 130
    except BrokenPipeError:
        # The reader of our output went away (`| head`); there is nobody left to tell.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    except OSError as error:
        _report(Failure(error.strerror or str(error), str(error.filename or ""), "see the message"))
        return 1


def _interrupt(_signal, _frame):
    raise KeyboardInterrupt


def _report(failure: Failure) -> None:
    for line in (*failure.log_tail(), f"perpetua: {failure}"):
        print(line, file=sys.stderr)
