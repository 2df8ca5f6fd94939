using AgentSandbox.Server;
using AgentSandbox.Server.Configuration;
using AgentSandbox.Server.Runtimes;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace AgentSandbox.Tests.Configuration;

public sealed class ServerConfigurationTests
{
    [Fact]
    public void Read_NothingSet_GivesTheDocumentedDefaults()
    {
        var configuration = Read();

        Assert.Equal(3001, configuration.Port);
        Assert.Equal(LogLevel.Information, configuration.LogLevel);
        Assert.Null(configuration.RateLimits.MaxRequests);
        Assert.Equal(300_000, configuration.Sessions.TimeoutMs);
        Assert.Equal(10, configuration.Sessions.MaxConcurrent);
        Assert.Equal(new(512L << 20, 1, 100, 192L << 20), configuration.Sessions.Limits);
        Assert.Equal(60_000, configuration.Commands.TimeoutMs);
    }

    [Fact]
    public void Read_Walls_NothingMayBeMissingUnlessSaid()
    {
        Assert.Equal((ProcMode.Compat, new WallAllowances()), (Read().Oci.ProcMode, Read().AllowedToMiss));

        var configuration = Read(("PROC_MODE", "strict"), ("ALLOW_MISSING_WALLS", "true"), ("ALLOW_UNENFORCED_LIMITS", "true"));
        Assert.Equal((ProcMode.Strict, new WallAllowances(Any: true, Limits: true)), (configuration.Oci.ProcMode, configuration.AllowedToMiss));
        Assert.Equal(ProcMode.Strict, configuration.Oci.InDirectory("/trial").ProcMode);
    }

    [Fact]
    public void Read_TheOriginalVariables_WorkAsTheyAre()
    {
        var configuration = Read(
            ("PORT", "8080"), ("SESSION_TIMEOUT_MS", "60000"), ("CONTAINER_MEMORY_LIMIT", "1g"), ("CONTAINER_CPU_LIMIT", "0.5"),
            ("MAX_CONCURRENT_SESSIONS", "25"), ("RATE_LIMIT_MAX_REQUESTS", "7"), ("LOG_LEVEL", "debug"), ("REDIS_HOST", "localhost"));

        Assert.Equal(8080, configuration.Port);
        Assert.Equal(60_000, configuration.Sessions.TimeoutMs);
        Assert.Equal(1L << 30, configuration.Sessions.Limits.MemoryBytes);
        Assert.Equal(0.5, configuration.Sessions.Limits.Cpus);
        Assert.Equal(25, configuration.Sessions.MaxConcurrent);
        Assert.Equal(7, configuration.RateLimits.MaxRequests);
        Assert.Equal(LogLevel.Debug, configuration.LogLevel);
        Assert.Equal(["REDIS_HOST"], configuration.IgnoredVariables);
    }

    [Fact]
    public void Read_SeveralWrongValues_NamesThemAllWithTheirRanges()
    {
        var failure = Assert.Throws<ConfigurationException>(() => Read(
            ("PORT", "70000"), ("CONTAINER_MEMORY_LIMIT", "lots"), ("LOG_LEVEL", "loud"), ("ALLOW_UNENFORCED_LIMITS", "maybe")));

        Assert.Equal(4, failure.Errors.Count);
        Assert.Contains(failure.Errors, error => error.Contains("PORT is '70000'", StringComparison.Ordinal) && error.Contains("0 to 65535", StringComparison.Ordinal));
        Assert.Contains(failure.Errors, error => error.StartsWith("CONTAINER_MEMORY_LIMIT", StringComparison.Ordinal) && error.Contains("32m to 4g", StringComparison.Ordinal));
        Assert.Contains(failure.Errors, error => error.StartsWith("LOG_LEVEL", StringComparison.Ordinal) && error.Contains("trace, debug, info, warn, error", StringComparison.Ordinal));
        Assert.Contains(failure.Errors, error => error.StartsWith("ALLOW_UNENFORCED_LIMITS", StringComparison.Ordinal));
    }

    [Fact]
    public void Read_LimitAboveTheOperatorsMaximum_IsRefused()
    {
        var failure = Assert.Throws<ConfigurationException>(() => Read(("CONTAINER_MEMORY_MAX", "1g"), ("CONTAINER_MEMORY_LIMIT", "2g")));

        Assert.Equal("CONTAINER_MEMORY_LIMIT is '2g', but must be a size from 32m to 1g, such as 512m or 2g.", Assert.Single(failure.Errors));
    }

    [Fact]
    public void Read_MaximumBelowTheDefault_LowersTheDefault()
    {
        Assert.Equal(256L << 20, Read(("CONTAINER_MEMORY_MAX", "256m")).Sessions.Limits.MemoryBytes);
    }

    [Theory]
    [InlineData("512m", 512L << 20)]
    [InlineData("512MiB", 512L << 20)]
    [InlineData("2G", 2L << 30)]
    [InlineData("4096", 4096)]
    [InlineData("16k", 16384)]
    public void TryParseBytes_KnownForms_AreRead(string text, long expected)
    {
        Assert.True(EnvironmentReader.TryParseBytes(text, out var value));
        Assert.Equal(expected, value);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-1")]
    [InlineData("1.5g")]
    [InlineData("m")]
    [InlineData("99999999999999999999")]
    [InlineData("999999999999999t")]
    public void TryParseBytes_Anything_ElseIsRefused(string text) => Assert.False(EnvironmentReader.TryParseBytes(text, out _));

    private static ServerConfiguration Read(params (string Name, string Value)[] variables) => ServerConfiguration.Read(
        new ConfigurationBuilder()
            .AddInMemoryCollection(variables.Select(variable => KeyValuePair.Create(variable.Name, (string?)variable.Value)))
            .Build());
}
