using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    // Products and matrix functions.
    public partial class Tensor
    {
        public Tensor addbmm(Tensor batch1, Tensor batch2, float beta = 1f, float alpha = 1f) =>
            Dispatcher.One("aten::addbmm", this, batch1, batch2, beta, alpha);
        public Tensor addbmm_(Tensor batch1, Tensor batch2, float beta = 1f, float alpha = 1f) =>
            Dispatcher.InPlace("aten::addbmm_", this, batch1, batch2, beta, alpha);
        public Tensor addmm(Tensor mat1, Tensor mat2, float beta = 1f, float alpha = 1f) =>
            Dispatcher.One("aten::addmm", this, mat1, mat2, beta, alpha);
        public Tensor addmm_(Tensor mat1, Tensor mat2, float beta = 1f, float alpha = 1f) =>
            Dispatcher.InPlace("aten::addmm_", this, mat1, mat2, beta, alpha);
        public Tensor addmv(Tensor mat, Tensor vec, float beta = 1f, float alpha = 1f) => Dispatcher.One("aten::addmv", this, mat, vec, beta, alpha);
        public Tensor addmv_(Tensor mat, Tensor vec, float beta = 1f, float alpha = 1f) =>
            Dispatcher.InPlace("aten::addmv_", this, mat, vec, beta, alpha);
        public Tensor addr(Tensor vec1, Tensor vec2, float beta = 1f, float alpha = 1f) =>
            Dispatcher.One("aten::addr", this, vec1, vec2, beta, alpha);
        public Tensor addr_(Tensor vec1, Tensor vec2, float beta = 1f, float alpha = 1f) =>
            Dispatcher.InPlace("aten::addr_", this, vec1, vec2, beta, alpha);
        public Tensor adjoint() => Dispatcher.One("aten::adjoint", this);
        public Tensor baddbmm(Tensor batch1, Tensor batch2, float beta = 1f, float alpha = 1f) =>
            Dispatcher.One("aten::baddbmm", this, batch1, batch2, beta, alpha);
        public Tensor bmm(Tensor batch2) => Dispatcher.One("aten::bmm", this, batch2);
        public Tensor det() => Dispatcher.One("aten::det", this);
        public Tensor diag(long diagonal = 0) => Dispatcher.One("aten::diag", this, diagonal);
        public Tensor diag_embed(long offset = 0, long dim1 = -2, long dim2 = -1) => Dispatcher.One("aten::diag_embed", this, offset, dim1, dim2);
        public Tensor diagflat(long offset = 0) => Dispatcher.One("aten::diagflat", this, offset);
        public Tensor diagonal(long offset = 0, long dim1 = 0, long dim2 = 1) => Dispatcher.One("aten::diagonal", this, offset, dim1, dim2);
        public Tensor dot(Tensor target) => Dispatcher.One("aten::dot", this, target);
        public Tensor ger(Tensor vec2) => Dispatcher.One("aten::ger", this, vec2);
        public Tensor inner(Tensor vec2) => Dispatcher.One("aten::inner", this, vec2);
        public Tensor inverse() => Dispatcher.One("aten::inverse", this);
        public Tensor kron(Tensor other) => Dispatcher.One("aten::kron", this, other);
        public Tensor logdet() => Dispatcher.One("aten::logdet", this);
        public Tensor matmul(Tensor target) => Dispatcher.One("aten::matmul", this, target);
        public Tensor matrix_exp() => Dispatcher.One("aten::matrix_exp", this);
        public Tensor matrix_power(int n) => Dispatcher.One("aten::matrix_power", this, n);
        public Tensor mm(Tensor target) => Dispatcher.One("aten::mm", this, target);
        public Tensor mv(Tensor target) => Dispatcher.One("aten::mv", this, target);
        public Tensor outer(Tensor vec2) => Dispatcher.One("aten::outer", this, vec2);
        public Tensor pinverse(double rcond = 1E-15, bool hermitian = false) => Dispatcher.One("aten::pinverse", this, rcond, hermitian);
        public Tensor trace() => Dispatcher.One("aten::trace", this);
        public Tensor tril(long diagonal = 0) => Dispatcher.One("aten::tril", this, diagonal);
        public Tensor tril_(long diagonal = 0) => Dispatcher.InPlace("aten::tril_", this, diagonal);
        public Tensor triu(long diagonal = 0) => Dispatcher.One("aten::triu", this, diagonal);
        public Tensor triu_(long diagonal = 0) => Dispatcher.InPlace("aten::triu_", this, diagonal);
        public Tensor vdot(Tensor target) => Dispatcher.One("aten::vdot", this, target);
    }
}
