// The programs of warp.js. Places in a picture are shares of its width and height.

/** Moves each vertex of a relief to where the new camera sees it. */
export const WARP_VERTEX = `#version 300 es
layout(location=0) in float inverse;
uniform ivec2 grid;
uniform vec4 lens,target,place;
uniform vec2 bend;
uniform mat3 turn;
uniform vec3 shift;
uniform float nearest;
out vec2 uv;
void main(){
ivec2 at=ivec2(gl_VertexID%grid.x,gl_VertexID/grid.x);
uv=vec2(at)/vec2(grid-1)+.15*(vec2(equal(at,grid-1))-vec2(equal(at,ivec2(0))));
vec2 seen=(uv-lens.zw)/lens.xy,ray=seen;
for(int i=0;i<5;++i){float r=dot(ray,ray);ray=seen/(1.+r*(bend.x+r*bend.y));}
vec3 p=turn*vec3(ray,1)+inverse*shift;
vec2 to=target.xy*p.xy/p.z+target.zw;
gl_Position=p.z>0.?vec4(place.xy+to*place.zw,1.-2.*inverse/p.z/nearest,1):vec4(2,2,2,1);
}`;

/**
 * Colors it, premultiplied by how much it is to be trusted: next to nothing where the mesh is stretched across a step in
 * depth, since the view does not show what is
 * there, and beyond the picture's edge, where the border goes on. What is stretched lies behind all else.
 */
export const WARP_FRAGMENT = `#version 300 es
precision highp float;
precision highp int;
in vec2 uv;
uniform sampler2D picture,matte;
uniform int layer;
uniform ivec2 grid;
uniform float cell;
out vec4 color;
void main(){
float m=layer>0?texture(matte,uv).r:0.,share=layer==1?m:1.-m;
vec2 a=dFdx(uv)*vec2(grid),b=dFdy(uv)*vec2(grid);
bool stretched=abs(a.x*b.y-a.y*b.x)*cell<.45*length(vec4(a,b));
gl_FragDepth=gl_FragCoord.z*.5+(stretched?.5:0.);
if(share<.01)discard;
bool outside=any(notEqual(uv,clamp(uv,0.,1.)));
color=vec4(texture(picture,uv).rgb,1)*(stretched||outside?.25*share:share);
}`;

export const MIX_VERTEX = `#version 300 es
void main(){
gl_Position=vec4(gl_VertexID==1?3:-1,gl_VertexID==2?3:-1,0,1);
}`;

/** Mixes two drawn views by weight and trust (to the fourth power, as eight bits are few for small values); where neither shows anything, the nearest picture does as it is. */
export const MIX_FRAGMENT = `#version 300 es
precision highp float;
uniform sampler2D first,second,base;
uniform vec2 weight;
uniform vec4 place,size;
out vec4 color;
void main(){
vec2 uv=(gl_FragCoord.xy/size.xy*2.-1.-place.xy)/place.zw;
if(any(lessThan(uv,vec2(0)))||any(greaterThan(uv,vec2(1)))){color=vec4(0);return;}
ivec2 at=ivec2(gl_FragCoord.xy);
vec4 a=texelFetch(first,at,0),b=texelFetch(second,at,0);
vec4 sum=a*a.a*a.a*a.a*(weight.x+1e-3)+b*b.a*b.a*b.a*(weight.y+1e-3)+vec4(texture(base,uv).rgb,1)*1e-6;
color=vec4(sum.rgb/sum.a,1);
}`;
