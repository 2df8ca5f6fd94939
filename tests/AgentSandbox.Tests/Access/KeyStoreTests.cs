using System.Diagnostics;
using AgentSandbox.Server.Access;
using Microsoft.Extensions.Time.Testing;

namespace AgentSandbox.Tests.Access;

public sealed class KeyStoreTests : IDisposable
{
    private readonly string _directory = Path.Combine(Directory.CreateTempSubdirectory("keys-").FullName, "access");
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(_directory)!, recursive: true);

    [Fact]
    public async Task Create_KeepsNothingThatCouldBeUsed_AndOnlyForItsOwner()
    {
        var (key, text) = await Open().CreateAsync(Wish(), CancellationToken.None);

        var path = Path.Combine(_directory, "keys.json");
        var kept = await File.ReadAllTextAsync(path);
        Assert.Contains(key.Id, kept, StringComparison.Ordinal);
        Assert.DoesNotContain(text.Secret, kept, StringComparison.Ordinal);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(_directory));
    }

    [Fact]
    public async Task Find_WhatAnotherProcessMadeOrRevoked_IsKnownAtOnce()
    {
        var (server, commandLine) = (Open(), Open());
        Assert.False(server.Any);

        var (key, text) = await commandLine.CreateAsync(Wish(), CancellationToken.None);
        Assert.True(server.Any);
        Assert.Equal(key.Id, server.Find(text)?.Id);

        Assert.True(await commandLine.RevokeAsync(key.Id, CancellationToken.None));
        Assert.Null(server.Find(text));
        Assert.Null(server.FindById(key.Id));
        Assert.True(server.Any);
        Assert.False(await commandLine.RevokeAsync("unknown", CancellationToken.None));
    }

    [Fact]
    public async Task Find_PastItsTime_IsRefused()
    {
        var store = Open();
        var (_, text) = await store.CreateAsync(Wish() with { Lifetime = TimeSpan.FromHours(1) }, CancellationToken.None);

        _time.Advance(TimeSpan.FromMinutes(59));
        Assert.NotNull(store.Find(text));
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Null(store.Find(text));
    }

    [Fact]
    public async Task Create_FromManyAtOnce_LosesNone()
    {
        await Task.WhenAll(Enumerable.Range(0, 24).Select(_ => Task.Run(() => Open().CreateAsync(Wish(), CancellationToken.None))));

        Assert.Equal(24, Open().All.Count());
    }

    [Fact]
    public async Task Find_FileIsNotOurs_SaysSoAndLetsNobodyIn()
    {
        var store = Open();
        var (_, text) = await store.CreateAsync(Wish(), CancellationToken.None);
        await File.WriteAllTextAsync(Path.Combine(_directory, "keys.json"), "[{]");

        Assert.Contains("cannot be read", Assert.Throws<AccessException>(() => store.Find(text)).Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<AccessException>(() => store.CreateAsync(Wish(), CancellationToken.None));
    }

    /// <summary>How long a wrong key takes must not tell whether its public part exists.</summary>
    [Fact]
    public async Task Find_WrongSecretOrUnknownId_TakesAsLong()
    {
        var store = Open();
        var (key, _) = await store.CreateAsync(Wish(), CancellationToken.None);
        var wrong = new ApiKeyText(key.Id, ApiKeyText.Generate().Secret);
        var unknown = ApiKeyText.Generate();

        List<long> known = [], strange = [];
        for (var i = 0; i < 20_000; i++)
        {
            known.Add(Time(wrong));
            strange.Add(Time(unknown));
        }

        Assert.InRange(Median(known) / Median(strange), 0.8, 1.25);

        long Time(ApiKeyText text)
        {
            var started = Stopwatch.GetTimestamp();
            Assert.Null(store.Find(text));
            return Stopwatch.GetTimestamp() - started;
        }
    }

    private static double Median(List<long> values)
    {
        values.Sort();
        return values[values.Count / 2];
    }

    private static NewKey Wish() => new("test", "alice", Role.User, Scopes.All, null);

    private KeyStore Open() => new(new KeyFile(_directory, TimeProvider.System), _time);
}
