using AgentSandbox.Protocol;
using AgentSandbox.Server.Files;

namespace AgentSandbox.Tests.Files;

public sealed class PathAttackTests
{
    [Theory]
    [InlineData("a\0b")]
    [InlineData("/../etc/passwd")]
    [InlineData("/home/sandbox/../../../etc/shadow")]
    [InlineData("../../../../../../etc/passwd")]
    [InlineData("../../..")]
    [InlineData("/proc/1/root/etc/shadow")]
    [InlineData("/proc/self/root")]
    [InlineData("/proc/self/fd/3")]
    [InlineData("/proc/1/mem")]
    [InlineData("/proc//1/./environ")]
    [InlineData("/tmp/../proc/1/environ")]
    [InlineData("/proc/self/task/1/fd/0")]
    [InlineData("../../proc/1/cwd/x")]
    [InlineData("/proc/kcore")]
    [InlineData("/proc/sysrq-trigger")]
    [InlineData("/dev/mem")]
    public void Recognise_AWayOut_IsNamed(string path) => Assert.NotNull(PathAttack.Recognise(path));

    [Theory]
    [InlineData("notes.txt")]
    [InlineData(".")]
    [InlineData("/")]
    [InlineData("..")]
    [InlineData("../..")]
    [InlineData("src/../../sandbox/notes..txt")]
    [InlineData("/etc/os-release")]
    [InlineData("/usr/lib/python3/../x")]
    [InlineData("/proc/cpuinfo")]
    [InlineData("/proc/self/status")]
    [InlineData("/proc/1/cmdline")]
    [InlineData("/proc/sys/kernel/hostname")]
    [InlineData("/home/sandbox/proc/1/root")]
    [InlineData("/dev/null")]
    [InlineData("environ")]
    public void Recognise_OrdinaryWork_IsNot(string path) => Assert.Null(PathAttack.Recognise(path));

    [Theory]
    [InlineData("/root/.ssh/id_rsa", GuestErrorCode.PermissionDenied, true)]
    [InlineData("/etc/shadow", GuestErrorCode.PermissionDenied, true)]
    [InlineData("/home/sandbox/locked", GuestErrorCode.PermissionDenied, false)]
    [InlineData("locked", GuestErrorCode.PermissionDenied, false)]
    [InlineData("/tmp/locked", GuestErrorCode.PermissionDenied, false)]
    [InlineData("/etc/hosts", GuestErrorCode.ReadOnly, false)]
    [InlineData("/etc/nothing", GuestErrorCode.NotFound, false)]
    public void Recognise_ARefusal_CountsOutsideOfTheBoxsOwn(string path, GuestErrorCode refusal, bool isAttack) =>
        Assert.Equal(isAttack, PathAttack.Recognise(path, refusal) is not null);
}
