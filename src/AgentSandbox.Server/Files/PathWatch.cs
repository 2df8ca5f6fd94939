using AgentSandbox.Server.Audit;
using AgentSandbox.Server.Guests;

namespace AgentSandbox.Server.Files;

/// <summary>Tells the audit log which paths a request names, and the security log of those that look like an attack.</summary>
internal sealed class PathWatch(SecurityLog security) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var (path, to) = PathsOf(context);
        if (context.HttpContext.Features.Get<AuditRecord>() is { } audit) audit.Entry = audit.Entry with { Path = path, To = to };
        var isNoted = Note(context.HttpContext, path, PathAttack.Recognise) | Note(context.HttpContext, to, PathAttack.Recognise);
        try
        {
            return await next(context);
        }
        catch (GuestException exception) when (!isNoted && context.HttpContext.Features.Get<AuditRecord>() is not null)
        {
            // Only what reads or changes: to list a directory that is closed is what every search does.
            Note(context.HttpContext, path, refused => PathAttack.Recognise(refused, exception.Code));
            throw;
        }
    }

    private static (string? Path, string? To) PathsOf(EndpointFilterInvocationContext context)
    {
        foreach (var argument in context.Arguments)
        {
            if (argument is MoveFileRequest move) return (move.From, move.To);
            if (argument is MakeDirectoryRequest make) return (make.Path, null);
        }

        return (context.HttpContext.Request.Query["path"], null);
    }

    private bool Note(HttpContext context, string? path, Func<string, string?> recognise)
    {
        if (path is null || recognise(path) is not { } reason) return false;

        security.Note(SecurityEvent.PathAttack, $"{reason}: {path}", context);
        return true;
    }
}
