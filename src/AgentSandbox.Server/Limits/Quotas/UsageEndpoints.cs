using AgentSandbox.Server.Access;
using AgentSandbox.Server.Problems;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AgentSandbox.Server.Limits.Quotas;

internal static class UsageEndpoints
{
    public static void MapUsage(this IEndpointRouteBuilder routes) =>
        routes.MapGroup("/api/v1/usage").WithTags("Usage").MapGet("/", Get).Reads(Scopes.None).WithName("getUsage")
            .WithSummary("What one has used, and may use. An admin may ask for another owner's.")
            .ProducesProblem(403).ProducesProblem(422).ProducesProblem(429);

    private static Results<Ok<UsageResponse>, ProblemHttpResult> Get(HttpContext context, QuotaLedger ledger, QuotaOptions options, string? owner = null)
    {
        var caller = context.GetCaller();
        owner ??= caller.Owner;
        if (owner.Length is 0 or > OwnerName.MaxLength)
        {
            var errors = new ValidationErrors();
            errors.Add("owner", $"must have 1 to {OwnerName.MaxLength} characters.");
            return Problem.Invalid(errors);
        }

        if (!caller.MaySee(owner)) return Problem.Create(403, "forbidden", "This caller may not do that.", "Only an admin sees what others use.");

        var usage = ledger.Read(owner);
        var (day, end) = ledger.Today();
        return TypedResults.Ok(new UsageResponse(
            owner,
            day,
            Held(Quota.ConcurrentSessions),
            Held(Quota.DiskBytes),
            Spent(Quota.Sessions),
            Spent(Quota.CpuSeconds),
            Spent(Quota.MemoryGiBHours)));

        QuotaResponse Held(Quota quota) => new(usage.Of(quota), options.LimitOf(quota), null);
        QuotaResponse Spent(Quota quota) => new(Math.Round(usage.Of(quota), 6), options.LimitOf(quota), end);
    }
}
