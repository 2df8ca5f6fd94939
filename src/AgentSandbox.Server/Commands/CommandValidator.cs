using AgentSandbox.Server.Guests;
using AgentSandbox.Server.Problems;
using AgentSandbox.Server.Sessions;

namespace AgentSandbox.Server.Commands;

/// <summary>Checks a command before the guest sees it.</summary>
internal sealed class CommandValidator(CommandOptions options)
{
    private const int MaxWords = 4_096;
    private const int MaxPath = 4_096;

    // One argument may not be longer than this in Linux (MAX_ARG_STRLEN, with its NUL).
    private const int MaxWordLength = 131_071;

    public ValidationErrors Validate(RunCommandRequest request)
    {
        var errors = new ValidationErrors();
        if (request.Command.Line is { } line) errors.Text("command", line, MaxWordLength);
        else CheckWords(request.Command.Words!, errors);
        errors.Text("cwd", request.Cwd, MaxPath);
        errors.Range("timeoutMs", request.TimeoutMs, 1, options.MaxTimeoutMs, "milliseconds");
        SessionValidator.CheckEnvironment(request.Env, "env", errors);
        return errors;
    }

    /// <summary>What can be said only once the session, and so its template, is known.</summary>
    public static ValidationErrors Validate(RunCommandRequest request, Session session)
    {
        var errors = new ValidationErrors();
        var template = session.Sandbox.Spec.Template;
        if (request.Command.Line is not null && template.Shell.Count == 0)
            errors.Add("command", $"must be an array of words: the template '{template.Name}' has no shell for a line.");
        return errors;
    }

    public CommandStart ToStart(RunCommandRequest request, Session session)
    {
        var template = session.Sandbox.Spec.Template;
        return new CommandStart
        {
            Args = request.Command.Line is { } line ? [.. template.Shell, line] : request.Command.Words!,
            Cwd = request.Cwd,
            Env = CommandEnvironment.Merge(template.Environment, session.Environment, SessionValidator.Pairs(request.Env)),
            OpenStdin = request.Stdin is not null || request.Background,
            Timeout = TimeoutOf(request),
            Grace = CommandOptions.Grace,
        };
    }

    // Work in the background may last as long as its session, unless the caller sets a limit.
    private TimeSpan? TimeoutOf(RunCommandRequest request) => request switch
    {
        { TimeoutMs: { } asked } => TimeSpan.FromMilliseconds(asked),
        { Background: true } => null,
        _ => TimeSpan.FromMilliseconds(options.TimeoutMs),
    };

    private static void CheckWords(IReadOnlyList<string> words, ValidationErrors errors)
    {
        if (words.Count is 0 or > MaxWords) errors.Add("command", $"has {words.Count} words, but must have 1 to {MaxWords}.");
        for (var i = 0; i < words.Count && i < MaxWords; i++)
        {
            if (words[i] is null) errors.Add($"command[{i}]", "is null, but must be a text.");
            else if (i == 0 || words[i].Length > 0) errors.Text($"command[{i}]", words[i], MaxWordLength);
        }
    }
}
