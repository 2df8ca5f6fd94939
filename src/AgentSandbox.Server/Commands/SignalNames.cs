using System.Collections.Frozen;

namespace AgentSandbox.Server.Commands;

/// <summary>Linux's signals by name (x86-64 and arm64 share these numbers).</summary>
internal static class SignalNames
{
    private static readonly string[] Names =
    [
        "", "SIGHUP", "SIGINT", "SIGQUIT", "SIGILL", "SIGTRAP", "SIGABRT", "SIGBUS", "SIGFPE", "SIGKILL", "SIGUSR1", "SIGSEGV",
        "SIGUSR2", "SIGPIPE", "SIGALRM", "SIGTERM", "SIGSTKFLT", "SIGCHLD", "SIGCONT", "SIGSTOP", "SIGTSTP", "SIGTTIN", "SIGTTOU",
        "SIGURG", "SIGXCPU", "SIGXFSZ", "SIGVTALRM", "SIGPROF", "SIGWINCH", "SIGIO", "SIGPWR", "SIGSYS",
    ];

    private static readonly FrozenDictionary<string, int> Numbers = Names.Skip(1)
        .Select((name, index) => KeyValuePair.Create(name, index + 1))
        .ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    public const int Kill = 9;
    public const int Terminate = 15;

    public static string Of(int number) => number > 0 && number < Names.Length ? Names[number] : $"SIG{number}";

    public static bool TryParse(string name, out int number) => Numbers.TryGetValue(name, out number);
}
