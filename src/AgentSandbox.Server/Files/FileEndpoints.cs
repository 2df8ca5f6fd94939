using AgentSandbox.Server.Access;
using AgentSandbox.Server.Audit;
using AgentSandbox.Server.Problems;
using AgentSandbox.Server.Sessions;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AgentSandbox.Server.Files;

/// <summary>
/// Files of a session. The guest opens every path inside the box and with the rights of the box, so no path means
/// anything on the host; content streams both ways and is never held whole.
/// </summary>
internal static class FileEndpoints
{
    private const int MaxPathLength = 4_096;
    private const int MaxListed = 10_000;
    private const int MaxListedCharacters = 2 << 20;

    public static void MapFiles(this IEndpointRouteBuilder routes)
    {
        var files = routes.MapGroup("/api/v1/sessions/{id}/files").WithTags("Files")
            .ProducesProblem(403).ProducesProblem(404).ProducesProblem(409).ProducesProblem(422).ProducesProblem(429).AddEndpointFilter<PathWatch>();
        files.MapGet("/", ReadAsync).Reads(Scopes.Files).Audited().WithName("readFile").WithSummary("Read a file.").Produces(200, contentType: "application/octet-stream");
        files.MapPut("/", WriteAsync).Changes(Scopes.Files).WithName("writeFile").WithSummary("Write a file whole; its directories are made. Readers never see half of it.")
            .Accepts<byte[]>("application/octet-stream").Produces<FileResponse>().ProducesProblem(507);
        files.MapDelete("/", RemoveAsync).Changes(Scopes.Files).WithName("removeFile").WithSummary("Remove a file, or with recursive=true a whole directory.");
        files.MapGet("/list", ListAsync).Reads(Scopes.Files).WithName("listFiles").WithSummary("List a directory.");
        files.MapGet("/stat", StatAsync).Reads(Scopes.Files).WithName("statFile").WithSummary("Inspect a file, directory or link.");
        files.MapPost("/move", MoveAsync).Changes(Scopes.Files).WithName("moveFile").WithSummary("Move or rename.");
        files.MapPost("/mkdir", MakeDirectoryAsync).Changes(Scopes.Files).WithName("makeDirectory").WithSummary("Make a directory and those above it.");
    }

    private static async Task<IResult> ReadAsync(
        string id, string path, HttpResponse response, OwnSessions sessions, AuditRecord audit, CancellationToken cancellationToken)
    {
        if (CheckPath("path", path) is { } invalid) return invalid;
        if (!sessions.TryAcquire(id, out var lease, out var error)) return error.ToProblem();
        using var held = lease;

        await using var file = await lease.Guest.OpenReadAsync(path, 0, null, cancellationToken);
        response.ContentType = "application/octet-stream";
        response.Headers.ContentDisposition = "attachment";
        try
        {
            await file.CopyToAsync(response.BodyWriter, cancellationToken);
        }
        finally
        {
            audit.Entry = audit.Entry with { BytesOut = file.BytesRead };
        }

        return TypedResults.Empty;
    }

    private static async Task<Results<Ok<FileResponse>, ProblemHttpResult>> WriteAsync(
        string id, string path, HttpContext http, OwnSessions sessions, AuditRecord audit, CancellationToken cancellationToken)
    {
        if (CheckPath("path", path) is { } invalid) return invalid;
        if (!sessions.TryAcquire(id, out var lease, out var error)) return error.ToProblem();
        using var held = lease;

        // The box's own disk limit bounds what arrives; the server holds a few frames of it at most.
        http.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>().MaxRequestBodySize = null;
        var written = await lease.Guest.WriteAsync(path, http.Request.BodyReader, new(), cancellationToken);
        audit.Entry = audit.Entry with { BytesIn = http.Request.ContentLength ?? written.Size };
        return TypedResults.Ok(FileShape.Response(path, written));
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> RemoveAsync(
        string id, string path, OwnSessions sessions, CancellationToken cancellationToken, bool recursive = false)
    {
        if (CheckPath("path", path) is { } invalid) return invalid;
        if (!sessions.TryAcquire(id, out var lease, out var error)) return error.ToProblem();
        using var held = lease;

        await lease.Guest.RemoveAsync(path, recursive, cancellationToken);
        return TypedResults.NoContent();
    }

    private static async Task<Results<Ok<FileList>, ProblemHttpResult>> ListAsync(
        string id, HttpResponse response, OwnSessions sessions, CancellationToken cancellationToken, string path = ".")
    {
        if (CheckPath("path", path) is { } invalid) return invalid;
        if (!sessions.TryAcquire(id, out var lease, out var error)) return error.ToProblem();
        using var held = lease;

        var hold = lease.Session.Answers.HoldUntilSent(response);
        var items = new List<FileResponse>();
        var characters = 0;
        await foreach (var entry in lease.Guest.ListAsync(path, cancellationToken))
        {
            // Every entry repeats the directory's path, which its caller chose.
            var length = path.Length + entry.Name.Length + (entry.LinkTarget?.Length ?? 0);
            characters += length;
            if (items.Count == MaxListed || characters > MaxListedCharacters || hold.Take(length) < length) return TypedResults.Ok(new FileList(items, Truncated: true));
            items.Add(FileShape.Entry(path, entry));
        }

        return TypedResults.Ok(new FileList(items, Truncated: false));
    }

    private static async Task<Results<Ok<FileResponse>, ProblemHttpResult>> StatAsync(
        string id, string path, OwnSessions sessions, CancellationToken cancellationToken)
    {
        if (CheckPath("path", path) is { } invalid) return invalid;
        if (!sessions.TryAcquire(id, out var lease, out var error)) return error.ToProblem();
        using var held = lease;

        return TypedResults.Ok(FileShape.Response(path, await lease.Guest.StatAsync(path, cancellationToken)));
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> MoveAsync(
        string id, MoveFileRequest request, OwnSessions sessions, CancellationToken cancellationToken)
    {
        if (CheckPaths(("from", request.From), ("to", request.To)) is { } invalid) return invalid;
        if (!sessions.TryAcquire(id, out var lease, out var error)) return error.ToProblem();
        using var held = lease;

        await lease.Guest.MoveAsync(request.From, request.To, request.Overwrite, cancellationToken);
        return TypedResults.NoContent();
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> MakeDirectoryAsync(
        string id, MakeDirectoryRequest request, OwnSessions sessions, CancellationToken cancellationToken)
    {
        if (CheckPath("path", request.Path) is { } invalid) return invalid;
        if (!sessions.TryAcquire(id, out var lease, out var error)) return error.ToProblem();
        using var held = lease;

        await lease.Guest.MakeDirectoryAsync(request.Path, cancellationToken);
        return TypedResults.NoContent();
    }

    private static ProblemHttpResult? CheckPath(string field, string path) => CheckPaths((field, path));

    private static ProblemHttpResult? CheckPaths(params ReadOnlySpan<(string Field, string Path)> paths)
    {
        var errors = new ValidationErrors();
        foreach (var (field, path) in paths) errors.Text(field, path, MaxPathLength);
        return errors.Any ? Problem.Invalid(errors) : null;
    }
}
